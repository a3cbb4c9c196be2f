package io.chromasync.source;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Which reader reads which shard. Used by one thread. */
final class ShardOwners {

  private final Map<String, Integer> readers = new HashMap<>();

  /** Whether a shard is read by nobody, or by this reader. */
  boolean isFreeFor(String shard, int reader) {
    return readers.getOrDefault(shard, reader) == reader;
  }

  /** Gives a shard to the reader that has the fewest, the first of these. */
  int giveToLeastBusy(String shard, Collection<Integer> all) {
    Map<Integer, Long> load = new HashMap<>();
    all.forEach(reader -> load.put(reader, 0L));
    readers.values().forEach(reader -> load.merge(reader, 1L, Long::sum));
    int reader =
        load.entrySet().stream()
            .min(
                Map.Entry.<Integer, Long>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey)
            .orElseThrow();
    readers.put(shard, reader);
    return reader;
  }

  /** A shard is read to its end. */
  void release(String shard) {
    readers.remove(shard);
  }

  /** A reader is gone, with all that it read. */
  void releaseAll(int reader) {
    readers.values().removeIf(owner -> owner == reader);
  }

  /** What all read is of no use any more. */
  void releaseAll() {
    readers.clear();
  }
}
