package io.chromasync.simulation;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.simulation.Listing.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The plain fold of the changes of one image: of each entity the newest change, by its place in the
 * true order, and what else the domain's rules ask for. Knows no versions.
 */
final class Fold {

  /** What was seen of an entity; places in the true order are -1 for never. */
  private static final class Seen {
    private Change newest;
    private Change altered;
    private int removed = -1;
    private boolean inserted;

    private void see(Change change) {
      newest = newer(newest, change);
      altered = change.fact().noOp() ? altered : newer(altered, change);
      boolean isRemoval = change.fact().isRemoval() && !change.fact().noOp();
      removed = isRemoval ? Math.max(removed, change.index()) : removed;
      inserted |= change.fact().inserted();
    }

    private static Change newer(Change one, Change other) {
      return one == null || other.index() > one.index() ? other : one;
    }
  }

  private final Map<EntityKey, Seen> entities = new TreeMap<>();
  private final List<Change> readings = new ArrayList<>();

  /**
   * Takes a reading of the table: all that is older is as it lists it, or gone if the reading tells
   * of what it does not list.
   *
   * @return how each listed fact ends
   */
  List<String> read(Change reading) {
    List<String> outcomes = new ArrayList<>();
    for (Change listed : reading.listed()) {
      outcomes.add(apply(listed));
    }
    if (reading.is(Kind.PART)) {
      return outcomes;
    }
    readings.add(reading);
    entities.forEach(
        (entity, seen) -> {
          if (seen.newest.index() < reading.index()) {
            seen.see(gone(entity, reading));
          }
        });
    return outcomes;
  }

  /** That an entity is not listed: its removal, as of then, which alters nothing. */
  private static Change gone(EntityKey entity, Change reading) {
    Version asOf = reading.item().version();
    FactChange removal = new FactChange(reading.image(), entity, null, asOf, false, true, null);
    return new Change(reading.index(), reading.item(), removal, null, "not listed", null);
  }

  /** What was not listed, and is older, was gone. */
  private Seen unseen(Change change) {
    Seen seen = new Seen();
    newestReading()
        .filter(reading -> change.index() < reading.index())
        .ifPresent(reading -> seen.see(gone(change.fact().entity(), reading)));
    return seen;
  }

  private Optional<Change> newestReading() {
    return readings.stream().max(Comparator.comparingInt(Change::index));
  }

  /** Rule 20: whether a reading did not list it, and nothing else was heard of it. */
  private boolean isUnlisted(EntityKey entity) {
    boolean isExempt = entity.kind() == ReceiptKeys.IMAGE || entity.kind() == ReceiptKeys.RECEIPT;
    return !isExempt && !wasSeen(entity) && !readings.isEmpty();
  }

  /** Says how the change ends, in the words of promise 3. */
  String apply(Change change) {
    EntityKey entity = change.fact().entity();
    Seen seen = entities.computeIfAbsent(entity, unused -> unseen(change));
    int newest = seen.newest == null ? -1 : seen.newest.index();
    seen.see(change);
    if (change.index() <= newest) {
      return change.index() == newest ? "DUPLICATE" : "SUPERSEDED";
    }
    boolean isHidden =
        !change.fact().isRemoval() && entity.ancestors().stream().anyMatch(this::isGone);
    return isHidden ? "SUPPRESSED" : "APPLIED";
  }

  /** What an entity is, or null if it is gone or was never there; ancestors do not matter. */
  Fact fact(EntityKey entity) {
    Seen seen = entities.get(entity);
    return seen == null ? null : seen.newest.fact().fact();
  }

  boolean wasSeen(EntityKey entity) {
    return entities.containsKey(entity);
  }

  /** Whether its newest change is a removal, or rule 20 says that it was removed. */
  boolean isGone(EntityKey entity) {
    return wasSeen(entity) ? fact(entity) == null : isUnlisted(entity);
  }

  /** Rule 11: an entity with a gone ancestor is hidden, too. */
  boolean isHidden(EntityKey entity) {
    return withAncestors(entity).anyMatch(this::isGone);
  }

  /** Whether the entity alone was removed after a moment. */
  boolean wasRemovedAfter(EntityKey entity, int index) {
    return wasSeen(entity) && entities.get(entity).removed > index;
  }

  /** Whether it, or an ancestor, was. */
  boolean wasCutOffAfter(EntityKey entity, int index) {
    return withAncestors(entity).anyMatch(each -> wasRemovedAfter(each, index));
  }

  /**
   * Whether what lies below is known: by a reading, its own insert, or that of what never was
   * removed.
   */
  boolean isCompleteBelow(EntityKey entity) {
    return !readings.isEmpty()
        || isInserted(entity)
        || entity.ancestors().stream()
            .anyMatch(above -> isInserted(above) && !wasRemovedAfter(above, -1));
  }

  /** The event time that metadata tell of an entity: of its newest alteration, if one was seen. */
  OptionalLong alteredAt(EntityKey entity) {
    Change altered = entities.get(entity).altered;
    return altered == null
        ? OptionalLong.empty()
        : OptionalLong.of(altered.item().version().micros());
  }

  /**
   * The event time that metadata tell of a removal: its own if it was seen, else of the reading
   * that did not list what was there.
   */
  long removedAt(EntityKey entity) {
    Seen seen = entities.get(entity);
    boolean wasSeen = seen.altered != null && seen.altered.fact().isRemoval();
    return (wasSeen ? seen.altered : seen.newest).item().version().micros();
  }

  /** All entities of a type below another that were seen. */
  Stream<EntityKey> seen(EntityKind type, EntityKey above) {
    Predicate<EntityKey> isBelow = key -> key.ancestors().contains(above);
    return entities.keySet().stream().filter(key -> key.kind() == type).filter(isBelow);
  }

  private boolean isInserted(EntityKey entity) {
    return wasSeen(entity) && entities.get(entity).inserted;
  }

  private static Stream<EntityKey> withAncestors(EntityKey entity) {
    return Stream.concat(Stream.of(entity), entity.ancestors().stream());
  }
}
