package io.chromasync.bench;

import io.chromasync.bench.RecordChange.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A consumer of a queue: which changes it takes at once, and how it writes them. */
interface Strategy {

  /** As it is printed. */
  String title();

  /** Consumers at once. */
  int workers();

  /**
   * Writes all changes.
   *
   * @param arrivals in the order in which the queue got them
   * @return how often a consumer was invoked
   */
  int run(List<RecordChange> arrivals, OldRecords records);

  /** Writes changes one by one in their order; neighbours of one kind share a request. */
  static void inOrder(List<RecordChange> batch, OldRecords records) {
    Map<Long, RecordChange> neighbours = new LinkedHashMap<>();
    Kind kind = null;
    for (RecordChange change : batch) {
      if (change.kind() != kind || neighbours.containsKey(change.key())) {
        records.write(List.copyOf(neighbours.values()));
        neighbours.clear();
      }
      kind = change.kind();
      neighbours.put(change.key(), change);
    }
    records.write(List.copyOf(neighbours.values()));
  }

  /** Writes changes kind by kind: vectors, deletions, labels. Of each word the last one counts. */
  static void byKind(List<RecordChange> batch, OldRecords records) {
    for (Kind kind : Kind.values()) {
      Map<Long, RecordChange> last = new LinkedHashMap<>();
      batch.stream()
          .filter(change -> change.kind() == kind)
          .forEach(change -> last.put(change.key(), change));
      records.write(List.copyOf(last.values()));
    }
  }

  /** Cuts changes into batches. */
  static Queue<List<RecordChange>> batches(List<RecordChange> arrivals, int size) {
    Queue<List<RecordChange>> batches = new ConcurrentLinkedQueue<>();
    for (int from = 0; from < arrivals.size(); from += size) {
      batches.add(new ArrayList<>(arrivals.subList(from, Math.min(from + size, arrivals.size()))));
    }
    return batches;
  }
}
