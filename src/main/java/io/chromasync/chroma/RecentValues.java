package io.chromasync.chroma;

import java.util.Arrays;

/**
 * The last values of a measure and their percentiles, as gauges need them: Managed Flink forwards
 * no histograms. Zero while there is no value. Safe for use by several threads: the task records, a
 * reporter reads.
 */
final class RecentValues {

  private static final int KEPT = 512;

  private final long[] values = new long[KEPT];
  private long recorded;

  synchronized void record(long value) {
    values[(int) (recorded % KEPT)] = value;
    recorded++;
  }

  /**
   * The smallest recent value that at least so many percent do not exceed.
   *
   * @param percent 1 to 100; 100 is the maximum
   */
  synchronized long percentile(int percent) {
    int size = (int) Math.min(recorded, KEPT);
    if (size == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    return sorted[(size * percent + 99) / 100 - 1];
  }
}
