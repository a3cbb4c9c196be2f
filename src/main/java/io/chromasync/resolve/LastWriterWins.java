package io.chromasync.resolve;

import io.chromasync.model.Entry;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.Version;
import java.util.Comparator;

/**
 * The rule of order: of all changes of an entity the one with the greatest version counts, however
 * and however often they arrive.
 *
 * <p>Folding the same changes in any order, with any duplicates, gives the same entry. Pure.
 */
final class LastWriterWins {

  /** By time as text, as producers write it in one form; the rest only makes the order total. */
  private static final Comparator<Fact> TWINS =
      Comparator.nullsFirst(
          Comparator.comparing(
              Fact::label,
              Comparator.nullsFirst(
                  Comparator.comparing(
                          Fact.Label::timestampAdded,
                          Comparator.nullsFirst(Comparator.naturalOrder()))
                      .thenComparing(Fact.Label::status)
                      .thenComparing(
                          Fact.Label::proposedBy,
                          Comparator.nullsFirst(Comparator.naturalOrder())))));

  private LastWriterWins() {}

  /** The entry after the change; {@code before} is null if the entity was never seen. */
  static Entry fold(Entry before, FactChange change) {
    if (before == null) {
      return new Entry(
          change.version(),
          change.fact(),
          removal(change),
          change.inserted(),
          change.restated(),
          null);
    }
    boolean newest = counts(change, before);
    boolean restated = newest ? change.restated() : before.restated();
    return new Entry(
        newest ? change.version() : before.version(),
        newest ? change.fact() : before.fact(),
        Version.max(before.removed(), removal(change)),
        before.inserted() || change.inserted(),
        restated,
        restated ? Version.max(newestAlteration(before), alteration(change)) : null);
  }

  /** Whether the change is the newest of its entity, a second copy of that, or an older one. */
  static Outcome outcome(Entry before, FactChange change) {
    if (before == null) {
      return Outcome.APPLIED;
    }
    int order = change.version().compareTo(before.version());
    if (order == 0) {
      return Outcome.DUPLICATE;
    }
    return order > 0 ? Outcome.APPLIED : Outcome.SUPERSEDED;
  }

  /**
   * Whether the change counts rather than what is known. Of one version both may be only where a
   * reading has two items of one entity: labels whose names differ in case. Nobody knows which was
   * written last; so the one that was added last counts, and what is there counts before what is
   * told to be gone.
   */
  private static boolean counts(FactChange change, Entry before) {
    int order = change.version().compareTo(before.version());
    boolean wasNotListed = before.isTombstone() && before.restated();
    boolean isTwin = order == 0 && !wasNotListed;
    return order > 0 || (isTwin && TWINS.compare(change.fact(), before.fact()) > 0);
  }

  /** That something was not listed restates that it is gone; when it was removed, nobody knows. */
  private static Version removal(FactChange change) {
    return change.isRemoval() && !change.restated() ? change.version() : null;
  }

  private static Version newestAlteration(Entry entry) {
    return entry.restated() ? entry.altered() : entry.version();
  }

  private static Version alteration(FactChange change) {
    return change.restated() ? null : change.version();
  }
}
