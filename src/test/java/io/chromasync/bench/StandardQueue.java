package io.chromasync.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A standard queue: many changes at a time, in no order.
 *
 * @param check before a write
 */
record StandardQueue(Check check) implements Strategy {

  private static final int BATCH = 500;
  private static final long SEED = 7;

  /** What is asked of Chroma before a write. */
  enum Check {
    /** Nothing: an update of an unknown id is harmless. */
    NONE("standard queue, unknown id harmless"),
    /** Whether the record is there; if not, its label is not written. */
    EXISTENCE("standard queue, existence check"),
    /** When the record was changed; what is older is not written. */
    TIMESTAMP("standard queue, timestamp in metadata");

    private final String title;

    Check(String title) {
      this.title = title;
    }
  }

  @Override
  public String title() {
    return check.title;
  }

  @Override
  public int workers() {
    return 2;
  }

  @Override
  public int run(List<RecordChange> arrivals, OldRecords records) {
    Random random = new Random(SEED);
    Queue<List<RecordChange>> batches = Strategy.batches(arrivals, BATCH);
    batches.forEach(batch -> Collections.shuffle(batch, random));
    AtomicInteger invocations = new AtomicInteger();
    Workers.run(
        workers(),
        () -> {
          for (List<RecordChange> batch = batches.poll(); batch != null; batch = batches.poll()) {
            invocations.incrementAndGet();
            Strategy.byKind(checked(batch, records), records);
          }
        });
    return invocations.get();
  }

  private List<RecordChange> checked(List<RecordChange> batch, OldRecords records) {
    if (check == Check.NONE) {
      return batch;
    }
    Map<String, Integer> found =
        records.changedAt(batch.stream().map(StandardQueue::id).collect(Collectors.toSet()));
    return check == Check.EXISTENCE ? existing(batch, found) : newer(batch, found);
  }

  private static List<RecordChange> existing(List<RecordChange> batch, Map<String, Integer> found) {
    return batch.stream()
        .filter(
            change -> change.kind() != RecordChange.Kind.LABELLED || found.containsKey(id(change)))
        .toList();
  }

  /** Of each word the newest change, if it is not older than the record. */
  private static List<RecordChange> newer(List<RecordChange> batch, Map<String, Integer> found) {
    Map<Long, RecordChange> newest = new HashMap<>();
    for (RecordChange change : batch) {
      if (change.second() >= found.getOrDefault(id(change), -1)) {
        newest.merge(
            change.key(), change, (one, other) -> one.second() > other.second() ? one : other);
      }
    }
    return new ArrayList<>(newest.values());
  }

  private static String id(RecordChange change) {
    return OldRecords.record(change).id();
  }
}
