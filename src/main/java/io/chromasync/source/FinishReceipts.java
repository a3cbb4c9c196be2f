package io.chromasync.source;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which reader is still owed the word that its finished shards are safely recorded.
 *
 * <p>A reader keeps a finished shard in its own state until the enumerator's state has it in a
 * <i>complete</i> checkpoint. Had it dropped the shard when it reported it, a checkpoint between
 * the enumerator's snapshot and the reader's would hold it nowhere (FLINK-37416), and its children
 * would wait for ever.
 *
 * <p>Used by one thread.
 */
final class FinishReceipts {

  private Map<Integer, Set<String>> reported = new HashMap<>();
  private final NavigableMap<Long, Map<Integer, Set<String>>> snapshots = new TreeMap<>();

  void reported(int reader, Set<String> shards) {
    reported.computeIfAbsent(reader, r -> new HashSet<>()).addAll(shards);
  }

  void snapshot(long checkpoint) {
    snapshots.put(checkpoint, reported);
    reported = new HashMap<>();
  }

  /** What each reader may be told now that a checkpoint is complete. */
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

  /** A reader that starts again holds nothing of before. */
  void forget(int reader) {
    reported.remove(reader);
    snapshots.values().forEach(readers -> readers.remove(reader));
  }
}
