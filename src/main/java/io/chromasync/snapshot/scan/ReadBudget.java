package io.chromasync.snapshot.scan;

import java.time.Duration;

/**
 * Budget of read units of a reader. The cost of a page is known only after it has arrived, so it is
 * charged by delaying the next page. Pages are limited to about one second's units.
 *
 * <p>Thread-safe.
 */
public final class ReadBudget {

  /** Number of items of the first page, while their size is unknown. */
  private static final int FIRST_PAGE = 100;

  private static final double NANOS = 1e9;

  private double rate;
  private double unitsPerItem;
  private long paidNanos;
  private boolean begun;

  /** Sets the rate in units per second; 0 = unlimited. */
  public synchronized void rate(double unitsPerSecond) {
    rate = unitsPerSecond;
  }

  /**
   * Pause before the next page.
   *
   * @param now on the scale of {@link System#nanoTime}
   */
  public synchronized Duration pause(long now) {
    return rate == 0 || !begun || paidNanos <= now
        ? Duration.ZERO
        : Duration.ofNanos(paidNanos - now);
  }

  /** Charges the cost of a page. */
  public synchronized void spent(double units, int items, long now) {
    if (items > 0) {
      unitsPerItem = units / items;
    }
    if (rate > 0) {
      long from = begun && paidNanos > now ? paidNanos : now;
      paidNanos = from + (long) (units / rate * NANOS);
      begun = true;
    }
  }

  /** Maximum number of items to request; null = as many as fit. */
  public synchronized Integer limit() {
    if (rate == 0) {
      return null;
    }
    if (unitsPerItem == 0) {
      return FIRST_PAGE;
    }
    return (int) Math.max(1, Math.min(rate / unitsPerItem, Integer.MAX_VALUE));
  }
}
