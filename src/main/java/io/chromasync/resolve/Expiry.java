package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Forgets what is gone, once no change can be older than its removal.
 *
 * <p>A removed image or receipt goes with all that lay below it and has not changed since; what has
 * changed since is kept, for its ancestor may be back, unseen. Of that a vector that waits is not
 * kept: nothing would hide it any more. A receipt without anything alive goes whole. The removal of
 * a part of what is alive is kept: a row must not get back a line, nor a word a label, because
 * their removal was forgotten. And where the image was read, what has no entry counts as deleted:
 * so what a removed receipt has left in the table is kept, and the receipt's removal, which hides
 * it, with it. Pure but for the {@link ImageMemory} it is given.
 */
final class Expiry {

  private final ImageMemory memory;
  private final long oldest;
  private final Map<EntityKey, Version> ended = new HashMap<>();
  private final Set<Integer> alive = new HashSet<>();

  private Expiry(ImageMemory memory, long oldest) {
    this.memory = memory;
    this.oldest = oldest;
  }

  /**
   * Forgets what was removed at an event time before {@code oldest}.
   *
   * @param oldest microseconds
   */
  static Expired expire(ImageMemory memory, long oldest) {
    Expiry expiry = new Expiry(memory, oldest);
    expiry.findEnded();
    expiry.findAlive();
    return expiry.forget();
  }

  /**
   * What was forgotten, and what comes next.
   *
   * @param tombstones how many were forgotten
   * @param next event time in microseconds of the oldest removal, or delta of a receipt without
   *     anything alive, that is not due yet; null = none
   */
  record Expired(int tombstones, Long next) {}

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

  /** Those that are removed, but below which something is in the table that would go with them. */
  private Set<EntityKey> ancestorsOfListed() {
    Set<EntityKey> ancestors = new HashSet<>();
    eachEntry(
        (entity, entry) -> {
          boolean goes = entity.type().isGoneUnlessListed() && hasEnded(entity, entry.version());
          if (goes && !entry.isTombstone()) {
            ancestors.addAll(entity.ancestors());
          }
        });
    return ancestors;
  }

  private void eachEntry(BiConsumer<EntityKey, Entry> use) {
    memory.chunkKeys().forEach(key -> memory.chunk(key).entries().forEach(use));
  }

  /** A delta or a reading is nothing alive by itself, nor is a fact that ended with an ancestor. */
  private void findAlive() {
    for (EntityKey key : memory.chunkKeys()) {
      Chunk chunk = memory.chunk(key);
      boolean isAlive =
          chunk.entries().entrySet().stream()
                  .anyMatch(each -> isAlive(each.getKey(), each.getValue()))
              || chunk.written().values().stream().anyMatch(Written::isShown);
      if (isAlive) {
        alive.add(key.receipt());
      }
    }
  }

  private boolean isAlive(EntityKey entity, Entry entry) {
    return entity.type().isItem()
        && !(entry.isTombstone() && isDue(entry))
        && !hasEnded(entity, entry.version());
  }

  private Expired forget() {
    int tombstones = 0;
    Long next = null;
    for (EntityKey key : memory.chunkKeys()) {
      Chunk chunk = memory.chunk(key);
      Set<EntityKey> over = new HashSet<>();
      for (Map.Entry<EntityKey, Entry> each : chunk.entries().entrySet()) {
        Entry entry = each.getValue();
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

  /** Of records only what is told of something that is left, and is not hidden by what is not. */
  private boolean removeRecords(EntityKey key, Chunk chunk, Set<EntityKey> over) {
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

  private boolean isOver(EntityKey entity, Entry entry) {
    if (entity.type() == EntityType.SNAPSHOT) {
      return isDead(entity) && isDue(entry);
    }
    return ended.containsKey(entity)
        || (isDead(entity) && isDue(entry))
        || hasEnded(entity, entry.version());
  }

  /** Whether the entry goes when its time has come. */
  private boolean waits(EntityKey entity, Entry entry) {
    boolean goesWithTheRest = !entity.type().isItem() && isDead(entity);
    return !isDue(entry) && (entry.isTombstone() || goesWithTheRest);
  }

  /** A reading of the image is good for as long as anything of the image is alive. */
  private boolean isDead(EntityKey entity) {
    return entity.type() == EntityType.SNAPSHOT
        ? alive.isEmpty()
        : !alive.contains(entity.receipt());
  }

  /** What only a delta told of goes with its receipt or image, too. */
  private boolean hasEnded(EntityKey record, Written written) {
    return !written.isShown() && hasEnded(record, written.vector());
  }

  private boolean isBelowEnded(EntityKey entity) {
    return entity.ancestors().stream().anyMatch(ended::containsKey);
  }

  /** Whether an ancestor ended for good after this version; null is older than any. */
  private boolean hasEnded(EntityKey entity, Version version) {
    return entity.ancestors().stream()
        .map(ended::get)
        .anyMatch(removed -> removed != null && (version == null || removed.isAfter(version)));
  }

  private boolean isDue(Entry entry) {
    return entry.version().micros() < oldest;
  }

  /** Images and receipts: nothing beside them is computed from their parts. */
  private static boolean isWhole(EntityKey entity) {
    return entity.type() == EntityType.IMAGE || entity.type() == EntityType.RECEIPT;
  }
}
