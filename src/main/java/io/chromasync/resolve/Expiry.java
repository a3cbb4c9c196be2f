package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
import io.chromasync.model.Version;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Forgets what is gone, once no change can be older than its removal.
 *
 * <p>A removed image or receipt goes with all that lay below it and has not changed since; what has
 * changed since is kept, for its ancestor may be back, unseen. A receipt without anything alive
 * goes whole. The removal of a part of what is alive is kept: a row must not get back a line, nor a
 * word a label, because their removal was forgotten. Pure but for the {@link ImageMemory} it is
 * given.
 */
final class Expiry {

  private final ImageMemory memory;
  private final long oldest;
  private final Map<EntityKey, Version> ended = new HashMap<>();
  private final Set<Integer> dead = new HashSet<>();

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
    expiry.judge();
    return expiry.forget();
  }

  /**
   * What was forgotten, and what comes next.
   *
   * @param tombstones how many were forgotten
   * @param next event time in microseconds of the oldest removal that is not due yet; null = none
   */
  record Expired(int tombstones, Long next) {}

  private void judge() {
    Set<Integer> alive = new HashSet<>();
    Set<Integer> seen = new HashSet<>();
    for (EntityKey key : memory.chunkKeys()) {
      memory
          .chunk(key)
          .entries()
          .forEach(
              (entity, entry) -> {
                if (isWhole(entity) && isDue(entry)) {
                  ended.put(entity, entry.version());
                }
                seen.add(entity.receipt());
                if (!isDue(entry)) {
                  alive.add(entity.receipt());
                }
              });
    }
    dead.addAll(seen);
    dead.removeAll(alive);
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
        } else if (entry.isTombstone() && !isDue(entry)) {
          long at = entry.version().micros();
          next = next == null ? at : Math.min(next, at);
        }
      }
      remove(key, chunk, over);
      removeRecords(key, chunk);
    }
    return new Expired(tombstones, next);
  }

  private void remove(EntityKey key, Chunk chunk, Set<EntityKey> over) {
    if (!over.isEmpty()) {
      chunk.entries().keySet().removeAll(over);
      chunk.written().keySet().removeAll(over);
      if (chunk.entries().isEmpty()) {
        chunk.written().clear();
      }
      memory.touch(key);
    }
  }

  /** A line of which only a delta told goes with its receipt or image, too. */
  private void removeRecords(EntityKey key, Chunk chunk) {
    if (chunk.entries().isEmpty()
        && chunk.written().values().removeIf(written -> hasEnded(key, written.vector()))) {
      memory.touch(key);
    }
  }

  private boolean isOver(EntityKey entity, Entry entry) {
    if (ended.containsKey(entity) || (dead.contains(entity.receipt()) && isDue(entry))) {
      return true;
    }
    return hasEnded(entity, entry.version());
  }

  /** Whether an ancestor ended for good after this version; null is older than any. */
  private boolean hasEnded(EntityKey entity, Version version) {
    return entity.ancestors().stream()
        .map(ended::get)
        .anyMatch(removed -> removed != null && (version == null || removed.isAfter(version)));
  }

  private boolean isDue(Entry entry) {
    return entry.isTombstone() && entry.version().micros() < oldest;
  }

  /** Images and receipts: nothing beside them is computed from their parts. */
  private static boolean isWhole(EntityKey entity) {
    return entity.type() == EntityType.IMAGE || entity.type() == EntityType.RECEIPT;
  }
}
