package io.chromasync.chroma.window;

import io.chromasync.model.Mutation;
import java.util.SortedMap;
import java.util.TreeMap;

/** Size and age of mutations that Chroma has not acknowledged. */
final class Unsettled {

  /** How many mutations there are of each event time. */
  private final SortedMap<Long, Integer> times = new TreeMap<>();

  private int mutations;
  private long bytes;

  void add(Mutation mutation, long since) {
    mutations++;
    bytes += mutation.weight();
    times.merge(since, 1, Integer::sum);
  }

  void remove(Mutation mutation, long since) {
    mutations--;
    bytes -= mutation.weight();
    times.computeIfPresent(since, (time, count) -> count == 1 ? null : count - 1);
  }

  void add(PendingWrite write, long since) {
    write.mutations().forEach(mutation -> add(mutation, since));
  }

  void remove(PendingWrite write, long since) {
    write.mutations().forEach(mutation -> remove(mutation, since));
  }

  int mutations() {
    return mutations;
  }

  long bytes() {
    return bytes;
  }

  /** Event time in microseconds; {@link Long#MAX_VALUE} if there is none. */
  long oldestMicros() {
    return times.isEmpty() ? Long.MAX_VALUE : times.firstKey();
  }
}
