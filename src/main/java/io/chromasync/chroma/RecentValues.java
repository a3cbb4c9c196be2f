package io.chromasync.chroma;

import java.util.stream.IntStream;

/**
 * The values of a measure in the last minute and their percentiles, as gauges need them: Managed
 * Flink forwards no histograms. Zero while there is no value, so what was slow once is forgotten
 * when nothing happens. Safe for use by several threads: the task records, a reporter reads.
 */
final class RecentValues {

  /** How long a value counts, in milliseconds: as long as a reporter's interval. */
  private static final long KEPT_MILLIS = 60_000;

  /** Of more in that time, the last ones. */
  private static final int KEPT = 512;

  private final long[] values = new long[KEPT];
  private final long[] times = new long[KEPT];
  private long recorded;

  /**
   * Takes a value.
   *
   * @param now milliseconds since the epoch
   */
  synchronized void record(long value, long now) {
    int place = (int) (recorded % KEPT);
    values[place] = value;
    times[place] = now;
    recorded++;
  }

  /**
   * The smallest recent value that at least so many percent do not exceed.
   *
   * @param percent 1 to 100; 100 is the maximum
   * @param now milliseconds since the epoch
   */
  synchronized long percentile(int percent, long now) {
    int size = (int) Math.min(recorded, KEPT);
    long[] sorted =
        IntStream.range(0, size)
            .filter(place -> now - times[place] <= KEPT_MILLIS)
            .mapToLong(place -> values[place])
            .sorted()
            .toArray();
    return sorted.length == 0 ? 0 : sorted[(sorted.length * percent + 99) / 100 - 1];
  }
}
