package io.chromasync.source.lineage;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Assignment of shards to readers. Used by one thread. */
public final class ShardOwners {

  private final Map<String, Integer> readers = new HashMap<>();

  /** Returns whether a shard is unassigned, or assigned to this reader. */
  public boolean isFreeFor(String shard, int reader) {
    return readers.getOrDefault(shard, reader) == reader;
  }

  /** Returns whether a shard is assigned to this reader. */
  public boolean isOwned(String shard, int reader) {
    return readers.getOrDefault(shard, -1) == reader;
  }

  /** Assigns a shard to the reader with the fewest shards; among equals, to the lowest number. */
  public int giveToLeastBusy(String shard, Collection<Integer> all) {
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

  /** Releases a shard that is read to its end. */
  public void release(String shard) {
    readers.remove(shard);
  }

  /** Releases all shards of a failed reader. */
  public void releaseAll(int reader) {
    readers.values().removeIf(owner -> owner == reader);
  }

  /** Releases all shards of all readers. */
  public void releaseAll() {
    readers.clear();
  }
}
