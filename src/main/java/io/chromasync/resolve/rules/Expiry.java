package io.chromasync.resolve.rules;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.EntityKind.Trait;
import io.chromasync.model.FactRegister;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Expires tombstones, and what was deleted with them, once no late change can be older than the
 * removal.
 *
 * <p>An expired tombstone of a {@linkplain Trait#UNIT unit} removes everything below it that has
 * not changed since. Facts that changed later are kept: the ancestor may have been recreated,
 * unseen. Hidden vectors of such facts are dropped, because nothing would hide them any more. A
 * unit without live entities is removed whole.
 *
 * <p>The tombstone of a part of a live entity is kept. Otherwise a row could regain a deleted line,
 * or a word a deleted label.
 *
 * <p>After a snapshot of the partition, an entity without an entry counts as deleted. So entities
 * that a removed unit left in the table keep their entries. The unit then keeps its tombstone,
 * which hides them.
 *
 * <p>Pure, except that it changes the given {@link WorkingSet}.
 */
public final class Expiry {

  private final WorkingSet memory;
  private final long oldest;
  private final Map<EntityKey, Version> ended = new HashMap<>();
  private final Set<EntityKey> alive = new HashSet<>();

  private Expiry(WorkingSet memory, long oldest) {
    this.memory = memory;
    this.oldest = oldest;
  }

  /**
   * Removes expired state: whatever was deleted at an event time before {@code oldest}.
   *
   * @param oldest event time in microseconds
   */
  public static Expired expire(WorkingSet memory, long oldest) {
    Expiry expiry = new Expiry(memory, oldest);
    expiry.findEnded();
    expiry.findAlive();
    return expiry.forget();
  }

  /**
   * Result of an expiry, with the time of the next.
   *
   * @param tombstones number of tombstones removed
   * @param next event time in microseconds of the oldest tombstone that is not due yet, or of such
   *     a delta of a unit without live entities; null = none
   */
  public record Expired(int tombstones, Long next) {}

  private void findEnded() {
    eachEntry(
        (entity, entry) -> {
          if (isWhole(entity) && entry.isTombstone() && isDue(entry)) {
            ended.put(entity, entry.version());
          }
        });
    if (memory.readAsOf() != null) {
      ended.keySet().removeAll(ancestorsOfListed());
    }
  }

  /** Ancestors of entities that are in the table but would expire with a deleted ancestor. */
  private Set<EntityKey> ancestorsOfListed() {
    Set<EntityKey> ancestors = new HashSet<>();
    eachEntry(
        (entity, entry) -> {
          boolean goes = entity.kind().is(Trait.LISTED) && hasEnded(entity, entry.version());
          if (goes && !entry.isTombstone()) {
            ancestors.addAll(entity.ancestors());
          }
        });
    return ancestors;
  }

  private void eachEntry(BiConsumer<EntityKey, FactRegister> use) {
    memory.chunkKeys().forEach(key -> memory.chunk(key).entries().forEach(use));
  }

  /**
   * Collects units that have live entities or shown records. Deltas, snapshots, and facts deleted
   * with an ancestor do not count as live.
   */
  private void findAlive() {
    for (EntityKey key : memory.chunkKeys()) {
      StateChunk chunk = memory.chunk(key);
      boolean isAlive =
          chunk.entries().entrySet().stream()
                  .anyMatch(each -> isAlive(each.getKey(), each.getValue()))
              || chunk.written().values().stream().anyMatch(RecordState::isShown);
      if (isAlive) {
        alive.add(key.nearest(Trait.UNIT));
      }
    }
  }

  private boolean isAlive(EntityKey entity, FactRegister entry) {
    return entity.kind().is(Trait.ITEM)
        && !(entry.isTombstone() && isDue(entry))
        && !hasEnded(entity, entry.version());
  }

  private Expired forget() {
    int tombstones = 0;
    Long next = null;
    for (EntityKey key : memory.chunkKeys()) {
      StateChunk chunk = memory.chunk(key);
      Set<EntityKey> over = new HashSet<>();
      for (Map.Entry<EntityKey, FactRegister> each : chunk.entries().entrySet()) {
        FactRegister entry = each.getValue();
        if (isOver(each.getKey(), entry)) {
          over.add(each.getKey());
          tombstones += entry.isTombstone() ? 1 : 0;
        } else if (waits(each.getKey(), entry)) {
          long at = entry.version().micros();
          next = next == null ? at : Math.min(next, at);
        }
      }
      boolean changed = chunk.entries().keySet().removeAll(over);
      changed |= removeRecords(key, chunk, over);
      if (changed) {
        memory.touch(key);
      }
    }
    return new Expired(tombstones, next);
  }

  /**
   * Removes the states of records whose entity or chunk expires. Records below an expired ancestor
   * that are not shown are removed too.
   */
  private boolean removeRecords(EntityKey key, StateChunk chunk, Set<EntityKey> over) {
    boolean whole = isDead(key) && chunk.entries().isEmpty();
    List<EntityKey> gone = new ArrayList<>();
    chunk
        .written()
        .forEach(
            (record, written) -> {
              boolean waitsInVain = written.hidden() && isBelowEnded(record);
              if (whole || over.contains(record) || waitsInVain || hasEnded(record, written)) {
                gone.add(record);
              }
            });
    gone.forEach(memory::forgetRecord);
    return !gone.isEmpty();
  }

  private boolean isOver(EntityKey entity, FactRegister entry) {
    if (entity.kind() == EntityKind.SNAPSHOT) {
      return isDead(entity) && isDue(entry);
    }
    return ended.containsKey(entity)
        || (isDead(entity) && isDue(entry))
        || hasEnded(entity, entry.version());
  }

  /** Returns true if the entry will expire, but is not due yet. */
  private boolean waits(EntityKey entity, FactRegister entry) {
    boolean goesWithTheRest = !entity.kind().is(Trait.ITEM) && isDead(entity);
    return !isDue(entry) && (entry.isTombstone() || goesWithTheRest);
  }

  /**
   * Returns true if the entity's unit has no live entity. A snapshot of the partition stays valid
   * while any entity of the partition is live.
   */
  private boolean isDead(EntityKey entity) {
    return entity.kind() == EntityKind.SNAPSHOT
        ? alive.isEmpty()
        : !alive.contains(entity.nearest(Trait.UNIT));
  }

  /** Returns true if an expired ancestor also removes a record that is known only from a delta. */
  private boolean hasEnded(EntityKey record, RecordState written) {
    return !written.isShown() && hasEnded(record, written.vector());
  }

  private boolean isBelowEnded(EntityKey entity) {
    return entity.ancestors().stream().anyMatch(ended::containsKey);
  }

  /**
   * Returns true if an expired removal of an ancestor is newer than this version; null is older
   * than any version.
   */
  private boolean hasEnded(EntityKey entity, Version version) {
    return entity.ancestors().stream()
        .map(ended::get)
        .anyMatch(removed -> removed != null && (version == null || removed.isAfter(version)));
  }

  private boolean isDue(FactRegister entry) {
    return entry.version().micros() < oldest;
  }

  /** Returns true for units: no record outside them is computed from their parts. */
  private static boolean isWhole(EntityKey entity) {
    return entity.kind().is(Trait.UNIT);
  }
}
