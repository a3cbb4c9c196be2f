package io.chromasync.source;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Pending acknowledgements of finished shards.
 *
 * <p>A reader keeps a finished shard in its state until a <i>complete</i> checkpoint contains the
 * enumerator's record of it. If the reader dropped the shard on reporting it, the report could fall
 * between the enumerator's snapshot and the reader's. That checkpoint would not contain the shard
 * at all (FLINK-37416), and its children would never be read.
 *
 * <p>Used by one thread.
 */
final class FinishedShardAcks {

  private Map<Integer, Set<String>> reported = new HashMap<>();
  private final NavigableMap<Long, Map<Integer, Set<String>>> snapshots = new TreeMap<>();

  void reported(int reader, Set<String> shards) {
    reported.computeIfAbsent(reader, r -> new HashSet<>()).addAll(shards);
  }

  void snapshot(long checkpoint) {
    snapshots.put(checkpoint, reported);
    reported = new HashMap<>();
  }

  /** Returns the shards to acknowledge to each reader, now that a checkpoint is complete. */
  Map<Integer, Set<String>> complete(long checkpoint) {
    Map<Integer, Set<String>> due = new HashMap<>();
    NavigableMap<Long, Map<Integer, Set<String>>> recorded = snapshots.headMap(checkpoint, true);
    recorded
        .values()
        .forEach(
            readers ->
                readers.forEach(
                    (reader, shards) ->
                        due.computeIfAbsent(reader, r -> new HashSet<>()).addAll(shards)));
    recorded.clear();
    return due;
  }

  /** Drops the pending acknowledgements of a reader that restarts. */
  void forget(int reader) {
    reported.remove(reader);
    snapshots.values().forEach(readers -> readers.remove(reader));
  }
}
