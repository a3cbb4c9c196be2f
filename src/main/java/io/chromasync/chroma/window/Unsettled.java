package io.chromasync.chroma.window;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation;
import io.chromasync.runtime.HeldWatermarks;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Number, size and age of the mutations that are pending or in flight, and the watermarks that they
 * hold.
 */
final class Unsettled {

  /** Number of mutations per event time, in microseconds since the epoch. */
  private final SortedMap<Long, Integer> times = new TreeMap<>();

  /** Number of mutations per arrival, of each collection. */
  private final Map<CollectionName, SortedMap<Long, Integer>> arrivals = new HashMap<>();

  private final HeldWatermarks watermarks = new HeldWatermarks();
  private final OrderingRules order;
  private final Map<WriteKind, Integer> counts = new HashMap<>();
  private int mutations;
  private long bytes;

  Unsettled(OrderingRules order) {
    this.order = order;
  }

  /** Returns the number of a mutation that arrives now. */
  long arrival() {
    return watermarks.arrival();
  }

  void watermark(long millis) {
    watermarks.add(millis);
    watermarks.forget(
        arrivals.keySet().stream()
            .mapToLong(this::oldestArrival)
            .min()
            .orElse(HeldWatermarks.NO_WORK));
  }

  /** Returns the newest watermark that no mutation of a collection holds. */
  long freshUpTo(CollectionName collection) {
    return watermarks.passed(oldestArrival(collection));
  }

  private long oldestArrival(CollectionName collection) {
    SortedMap<Long, Integer> own = arrivals.get(collection);
    return own == null || own.isEmpty() ? HeldWatermarks.NO_WORK : own.firstKey();
  }

  void add(RecordWrites record) {
    count(record, 1);
  }

  void remove(RecordWrites record) {
    count(record, -1);
  }

  void add(DeleteByFilterGate gate) {
    count(gate.delete.mutation(), gate.since(), 1);
    bytes += gate.pendingBytes();
  }

  void remove(DeleteByFilterGate gate) {
    count(gate.delete.mutation(), gate.since(), -1);
    bytes -= gate.pendingBytes();
  }

  int mutations() {
    return mutations;
  }

  /** Number of mutations by collection and verb; zero where there were some before. */
  Map<WriteKind, Integer> byKind() {
    return counts;
  }

  /** Returns the estimated size in bytes, as in {@link Mutation#estimatedBytes}. */
  long bytes() {
    return bytes;
  }

  /** Returns the oldest event time in microseconds; {@link Long#MAX_VALUE} if there is none. */
  long oldestMicros() {
    return times.isEmpty() ? Long.MAX_VALUE : times.firstKey();
  }

  private void count(RecordWrites record, int sign) {
    count(record.underWay(), inFlight(record), sign);
    if (record.pending() != null) {
      count(record.pending().before(), record.pendingSince(), sign);
      count(record.pending().upsert(), record.pendingSince(), sign);
    }
    bytes += sign * record.bytes();
  }

  private Since inFlight(RecordWrites record) {
    return order.inFlightHolds() || record.underWay() == null
        ? record.underWaySince()
        : new Since(record.underWaySince().micros(), HeldWatermarks.NO_WORK);
  }

  private void count(Mutation mutation, Since since, int sign) {
    if (mutation != null) {
      mutations += sign;
      counts.merge(WriteKind.of(mutation), sign, Integer::sum);
      count(times, since.micros(), sign);
      SortedMap<Long, Integer> own =
          arrivals.computeIfAbsent(mutation.record().collection(), c -> new TreeMap<>());
      count(own, since.arrival(), sign);
    }
  }

  private static void count(SortedMap<Long, Integer> numbers, long key, int sign) {
    numbers.merge(key, sign, (count, more) -> count + more == 0 ? null : count + more);
  }
}
