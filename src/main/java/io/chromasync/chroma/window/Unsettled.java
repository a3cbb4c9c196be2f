package io.chromasync.chroma.window;

import io.chromasync.model.Mutation;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Number, size and age of the mutations that are pending or in flight. */
final class Unsettled {

  /** Number of mutations per event time, in microseconds since the epoch. */
  private final SortedMap<Long, Integer> times = new TreeMap<>();

  private final Map<WriteKind, Integer> counts = new HashMap<>();
  private int mutations;
  private long bytes;

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
    count(record.underWay(), record.underWaySince(), sign);
    if (record.pending() != null) {
      count(record.pending().before(), record.pendingSince(), sign);
      count(record.pending().upsert(), record.pendingSince(), sign);
    }
    bytes += sign * record.bytes();
  }

  private void count(Mutation mutation, long since, int sign) {
    if (mutation != null) {
      mutations += sign;
      counts.merge(WriteKind.of(mutation), sign, Integer::sum);
      times.merge(since, sign, (count, more) -> count + more == 0 ? null : count + more);
    }
  }
}
