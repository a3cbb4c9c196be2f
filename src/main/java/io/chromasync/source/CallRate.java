package io.chromasync.source;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How often one shard is asked for pages while more waits: as fast as it answers, until a call is
 * refused as one too many. What the shard gave in the second before that is near its limit. The
 * rate then starts a little below, comes back quickly, stays near the limit for a while, and grows
 * ever faster beyond it until it is refused again: the curve by which TCP finds its share (<a
 * href="https://www.rfc-editor.org/rfc/rfc9438">CUBIC, RFC 9438</a>), counted in calls instead of
 * seconds. So of a hundred calls that a shard takes 96 are made, for four refusals at most, and a
 * limit that was lifted is forgotten within four minutes.
 *
 * <p>Refusals in a row are one event; whoever asks waits longer after each of them. Limits below
 * one call a second are left to that.
 *
 * <p>Decides only, from the times that it is given. Used by one thread.
 */
final class CallRate {

  /** What a refusal leaves of the rate. */
  private static final double LEFT = 0.93;

  /** After so many calls the rate is again what it was when it was refused. */
  private static final int RECOVERY = 64;

  private static final long SECOND = 1_000_000_000;

  private final Deque<Long> lastSecond = new ArrayDeque<>();
  private double limit = Double.POSITIVE_INFINITY;
  private int calls;

  /**
   * A page came.
   *
   * @param nanos when it was asked for, on the scale of {@link System#nanoTime}
   * @param held whether only this rate holds back the next call; otherwise it is not being tried
   */
  void answered(long nanos, boolean held) {
    lastSecond.add(nanos);
    forgetBefore(nanos - SECOND);
    if (held) {
      calls++;
    }
  }

  /**
   * A call was refused as one too many, the first after an answer.
   *
   * @param nanos when it was made
   */
  void refused(long nanos) {
    forgetBefore(nanos - SECOND);
    // A shard that gave nothing is not held back because of what was asked of it.
    if (!lastSecond.isEmpty()) {
      // One more than were given in a second may be what is allowed.
      limit = Math.max(1, Math.min(perSecond(), lastSecond.size() + 1));
      calls = 0;
    }
  }

  /** The least time between the starts of two calls; zero as long as no limit is known. */
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
