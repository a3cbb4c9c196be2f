package io.chromasync.chroma.delivery;

import java.util.stream.IntStream;

/**
 * Values of a measure in the last minute and their percentiles, for gauges: Managed Flink forwards
 * no histograms. Zero if there is no recent value, so an old slow value expires when nothing
 * happens. Thread-safe: the task records, a reporter reads.
 */
public final class RecentValues {

  /** Lifetime of a value in milliseconds: the interval of a reporter. */
  private static final long KEPT_MILLIS = 60_000;

  /** Maximum number of values; newer values replace older values. */
  private static final int KEPT = 512;

  private final long[] values = new long[KEPT];
  private final long[] times = new long[KEPT];
  private long recorded;

  /**
   * Records a value.
   *
   * @param now milliseconds since the epoch
   */
  public synchronized void record(long value, long now) {
    int place = (int) (recorded % KEPT);
    values[place] = value;
    times[place] = now;
    recorded++;
  }

  /**
   * Returns a percentile: the smallest recent value that at least so many percent do not exceed.
   *
   * @param percent 1 to 100; 100 is the maximum
   * @param now milliseconds since the epoch
   */
  public synchronized long percentile(int percent, long now) {
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
