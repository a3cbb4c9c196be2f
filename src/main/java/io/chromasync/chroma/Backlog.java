package io.chromasync.chroma;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much all lanes of a writer hold that Chroma has not acknowledged. Owned by the task's thread.
 */
final class Backlog {

  /** A second or so of work, which is what a checkpoint then waits for. */
  static final int MAX_GROUPS = 32;

  static final long MAX_WEIGHT = 64L << 20;

  private final SinkMetrics metrics;

  /** How many groups there are of each event time of their oldest change. */
  private final SortedMap<Long, Integer> times = new TreeMap<>();

  private int groups;
  private long weight;

  Backlog(SinkMetrics metrics) {
    this.metrics = metrics;
  }

  void add(Group group) {
    groups++;
    weight += group.weight();
    times.merge(group.oldestMicros(), 1, Integer::sum);
    tellOldest();
  }

  void remove(Group group) {
    groups--;
    weight -= group.weight();
    times.computeIfPresent(group.oldestMicros(), (time, count) -> count == 1 ? null : count - 1);
    tellOldest();
  }

  /** Whether nothing more may be taken. */
  boolean isFull() {
    return groups > MAX_GROUPS || weight > MAX_WEIGHT;
  }

  boolean isEmpty() {
    return groups == 0;
  }

  private void tellOldest() {
    metrics.waiting(times.isEmpty() ? Long.MAX_VALUE : times.firstKey());
  }
}
