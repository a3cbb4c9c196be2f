package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Entry;
import io.chromasync.model.Version;
import java.util.HashMap;
import java.util.Map;

/**
 * Forgets removals that no change can be older than any more, and with a removal whatever lay below
 * the removed entity and has not changed since; so the state of a dead image disappears.
 *
 * <p>What changed after an ancestor's removal is kept: its ancestor may be back, unseen. Pure but
 * for the {@link ImageMemory} it is given.
 */
final class Expiry {

  private Expiry() {}

  /**
   * Forgets every removal with an event time before {@code oldest}.
   *
   * @param oldest microseconds
   * @return how many removals were forgotten
   */
  static int expire(ImageMemory memory, long oldest) {
    Map<EntityKey, Version> expired = new HashMap<>();
    for (EntityKey key : memory.chunkKeys()) {
      memory
          .chunk(key)
          .entries()
          .forEach(
              (entity, entry) -> {
                if (entry.isTombstone() && entry.version().micros() < oldest) {
                  expired.put(entity, entry.version());
                }
              });
    }
    if (!expired.isEmpty()) {
      for (EntityKey key : memory.chunkKeys()) {
        forget(memory, key, expired);
      }
    }
    return expired.size();
  }

  private static void forget(ImageMemory memory, EntityKey key, Map<EntityKey, Version> expired) {
    Chunk chunk = memory.chunk(key);
    boolean forgot =
        chunk.entries().entrySet().removeIf(e -> isOver(e.getKey(), e.getValue(), expired));
    if (forgot) {
      chunk.written().keySet().retainAll(chunk.entries().keySet());
      memory.touch(key);
    }
  }

  private static boolean isOver(EntityKey entity, Entry entry, Map<EntityKey, Version> expired) {
    if (expired.containsKey(entity)) {
      return true;
    }
    return entity.ancestors().stream()
        .map(expired::get)
        .anyMatch(removed -> removed != null && removed.isAfter(entry.version()));
  }
}
