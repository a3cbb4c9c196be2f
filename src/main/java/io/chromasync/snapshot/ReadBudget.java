package io.chromasync.snapshot;

import java.time.Duration;

/**
 * How many read units a reader may take. What a page takes is known only when it has come, so each
 * is paid for afterwards, by waiting with the next; pages are kept to about a second's worth.
 *
 * <p>Thread-safe.
 */
final class ReadBudget {

  /** Items of a first page, when nothing is known of their size. */
  private static final int FIRST_PAGE = 100;

  private static final double NANOS = 1e9;

  private double rate;
  private double unitsPerItem;
  private long paidNanos;
  private boolean begun;

  /** From now on, this many units a second; 0 = without a limit. */
  synchronized void rate(double unitsPerSecond) {
    rate = unitsPerSecond;
  }

  /**
   * How long to wait with the next page.
   *
   * @param now on the scale of {@link System#nanoTime}
   */
  synchronized Duration pause(long now) {
    return rate == 0 || !begun || paidNanos <= now
        ? Duration.ZERO
        : Duration.ofNanos(paidNanos - now);
  }

  /** Notes what a page took. */
  synchronized void spent(double units, int items, long now) {
    if (items > 0) {
      unitsPerItem = units / items;
    }
    if (rate > 0) {
      long from = begun && paidNanos > now ? paidNanos : now;
      paidNanos = from + (long) (units / rate * NANOS);
      begun = true;
    }
  }

  /** How many items to ask for at most; null = as many as fit. */
  synchronized Integer limit() {
    if (rate == 0) {
      return null;
    }
    if (unitsPerItem == 0) {
      return FIRST_PAGE;
    }
    return (int) Math.max(1, Math.min(rate / unitsPerItem, Integer.MAX_VALUE));
  }
}
