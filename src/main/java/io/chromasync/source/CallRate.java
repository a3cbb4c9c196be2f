package io.chromasync.source;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Rate of page calls for one shard that has a backlog. The rate is unlimited until a call is
 * throttled; the number of pages in the second before that approximates the shard's limit. The rate
 * then restarts slightly lower, recovers quickly, stays near the limit for a while, and grows ever
 * faster beyond it until the next throttled call. TCP finds its share by the same curve (<a
 * href="https://www.rfc-editor.org/rfc/rfc9438">CUBIC, RFC 9438</a>); here it is a function of
 * calls instead of seconds. Of a hundred calls that a shard permits, 96 are made, with at most four
 * throttled calls. A limit that was lifted is forgotten within four minutes.
 *
 * <p>Consecutive throttled calls count as one event; the caller's back-off grows with each of them.
 * Limits below one call a second are left to that back-off.
 *
 * <p>Reads no clock: timestamps are parameters. Used by one thread.
 */
public final class CallRate {

  /** Fraction of the rate that remains after a throttled call. */
  private static final double LEFT = 0.93;

  /** Number of calls after which the rate has recovered to its value at the throttled call. */
  private static final int RECOVERY = 64;

  private static final long SECOND = 1_000_000_000;

  private final Deque<Long> lastSecond = new ArrayDeque<>();
  private double limit = Double.POSITIVE_INFINITY;
  private int calls;

  /**
   * Records a page.
   *
   * @param nanos time of its request, on the scale of {@link System#nanoTime}
   * @param held true if only this rate delays the next call; otherwise the call does not test the
   *     rate
   */
  void answered(long nanos, boolean held) {
    lastSecond.add(nanos);
    forgetBefore(nanos - SECOND);
    if (held) {
      calls++;
    }
  }

  /**
   * Records a throttled call, the first after a page.
   *
   * @param nanos time of the call
   */
  void throttled(long nanos) {
    forgetBefore(nanos - SECOND);
    // Without a page in the last second, the rate of calls is not the cause.
    if (!lastSecond.isEmpty()) {
      // The limit may be one call above the number of pages in that second.
      limit = Math.max(1, Math.min(perSecond(), lastSecond.size() + 1));
      calls = 0;
    }
  }

  /** Returns the minimum time between the starts of two calls; zero while no limit is known. */
  Duration interval() {
    return Duration.ofNanos((long) (SECOND / perSecond()));
  }

  private double perSecond() {
    double beyond = (double) calls / RECOVERY - 1;
    return limit * (1 + (1 - LEFT) * beyond * beyond * beyond);
  }

  private void forgetBefore(long nanos) {
    while (!lastSecond.isEmpty() && lastSecond.peek() - nanos < 0) {
      lastSecond.remove();
    }
  }
}
