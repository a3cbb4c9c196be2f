package io.chromasync.runtime;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Watermarks that wait for work which arrived before them, as in Flink's {@code AsyncWaitOperator}.
 * Beam calls this a watermark hold.
 *
 * <p>Each piece of work keeps the number that {@link #arrival} returns when it arrives. A watermark
 * passes once no piece of work with a smaller number than its own is left. Watermarks may be used
 * by several kinds of work, each with its own oldest number.
 *
 * <p>Plain bookkeeping, used by one thread.
 */
public final class HeldWatermarks {

  /** Number of the oldest piece of work where no work is left. */
  public static final long NO_WORK = Long.MAX_VALUE;

  /** Watermark where none has passed. */
  public static final long NONE = Long.MIN_VALUE;

  /** Watermarks in milliseconds, by their numbers; the first watermark has number 1. */
  private final NavigableMap<Long, Long> watermarks = new TreeMap<>();

  private long newest;
  private boolean hasArrivals = true;

  /** Returns the number of work that arrives now: the number of the newest watermark before it. */
  public long arrival() {
    hasArrivals = true;
    return newest;
  }

  /** Adds a watermark, which is greater than all earlier watermarks. */
  public void add(long millis) {
    if (hasArrivals) {
      newest++;
      hasArrivals = false;
    }
    watermarks.put(newest, millis);
  }

  /**
   * Returns the newest watermark that has passed; {@link #NONE} if there is none.
   *
   * @param oldest smallest number of the work that is left; {@link #NO_WORK} if none is left
   */
  public long passed(long oldest) {
    Map.Entry<Long, Long> entry = watermarks.floorEntry(oldest);
    return entry == null ? NONE : entry.getValue();
  }

  /**
   * Forgets the watermarks that a newer watermark has replaced.
   *
   * @param oldest smallest number of all work that is left, of any kind
   */
  public void forget(long oldest) {
    Long passed = watermarks.floorKey(oldest);
    if (passed != null) {
      watermarks.headMap(passed, false).clear();
    }
  }
}
