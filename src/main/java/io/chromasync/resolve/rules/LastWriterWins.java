package io.chromasync.resolve.rules;

import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.FactRegister;
import io.chromasync.model.Version;

/**
 * Last-writer-wins rule: the change of an entity with the greatest version takes effect, regardless
 * of arrival order and duplicates.
 *
 * <p>Folding the same changes in any order, with any duplicates, gives the same entry. Pure.
 */
public final class LastWriterWins {

  private LastWriterWins() {}

  /** Returns the entry after the change; {@code before} is null if the entity was never seen. */
  static FactRegister fold(FactRegister before, FactChange change) {
    if (before == null) {
      return new FactRegister(
          change.version(), change.fact(), removal(change), change.inserted(), change.noOp(), null);
    }
    boolean newest = counts(change, before);
    boolean noOp = newest ? change.noOp() : before.noOp();
    return new FactRegister(
        newest ? change.version() : before.version(),
        newest ? change.fact() : before.fact(),
        Version.max(before.removed(), removal(change)),
        before.inserted() || change.inserted(),
        noOp,
        noOp ? Version.max(newestAlteration(before), alteration(change)) : null);
  }

  /**
   * Classifies the change as the newest of its entity, a duplicate of the newest, or an older
   * change.
   */
  static ChangeOutcome outcome(FactRegister before, FactChange change) {
    if (before == null) {
      return ChangeOutcome.APPLIED;
    }
    int order = change.version().compareTo(before.version());
    if (order == 0) {
      return ChangeOutcome.DUPLICATE;
    }
    return order > 0 ? ChangeOutcome.APPLIED : ChangeOutcome.SUPERSEDED;
  }

  /**
   * Returns true if the change replaces the current entry. Two facts share a version only where a
   * snapshot contains two items of one entity, as when their names differ in case. Their write
   * order is unknown, so {@link Fact#BY_TEXTS} decides. A listed item takes precedence over a
   * removal.
   */
  private static boolean counts(FactChange change, FactRegister before) {
    int order = change.version().compareTo(before.version());
    boolean wasNotListed = before.isTombstone() && before.noOp();
    boolean isTwin = order == 0 && !wasNotListed;
    return order > 0 || (isTwin && Fact.BY_TEXTS.compare(change.fact(), before.fact()) > 0);
  }

  /**
   * Version of the removal, or null. Absence from a snapshot only confirms a removal; it does not
   * say when the removal happened.
   */
  private static Version removal(FactChange change) {
    return change.isRemoval() && !change.noOp() ? change.version() : null;
  }

  private static Version newestAlteration(FactRegister entry) {
    return entry.noOp() ? entry.altered() : entry.version();
  }

  private static Version alteration(FactChange change) {
    return change.noOp() ? null : change.version();
  }
}
