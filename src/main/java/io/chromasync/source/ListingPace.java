package io.chromasync.source;

import io.chromasync.source.Answer.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/**
 * When the shards of a stream are to be listed: soon after a refusal, and while the picture is
 * incomplete, each time a little later; else at the usual time.
 *
 * <p>Used by the coordinator's thread, except {@link #isDue}, which its worker calls.
 */
final class ListingPace {

  /** How often the stream must be denied to be believed gone. */
  private static final int GONE = 4;

  private final Pace pace;
  private final RandomGenerator random = new Random();
  private final AtomicReference<Instant> next = new AtomicReference<>(Instant.MIN);
  private int refusals;
  private int throttled;
  private int gone;
  private int hasty;

  ListingPace(Pace pace) {
    this.pace = pace;
  }

  /**
   * Whether it is time. Then it is not again before the next is asked for, so that only one listing
   * runs at a time; a wish that comes meanwhile is kept.
   */
  boolean isDue(Instant now) {
    Instant due = next.get();
    return !now.isBefore(due) && next.compareAndSet(due, Instant.MAX);
  }

  /** The picture has changed, or the stream: it is to be listed at once. */
  void hurry(Instant now) {
    hasty = 0;
    by(now);
  }

  /** The stream has answered. */
  void answered() {
    refusals = 0;
    throttled = 0;
    gone = 0;
  }

  /** Returns how many refusals of this kind came in a row. Throttling uses up no one's attempts. */
  int countRefusal(Reason reason) {
    return switch (reason) {
      case THROTTLED -> ++throttled;
      case GONE -> ++gone;
      case TRIMMED, EXPIRED, UNAVAILABLE, FATAL -> ++refusals;
    };
  }

  /** Whether it was said often enough that the stream is not there; one answer may be a mistake. */
  boolean isGoneAtLast() {
    return gone >= GONE;
  }

  /** Whether trying again does not help, or was tried often enough. */
  boolean isHopeless(Reason reason) {
    return switch (reason) {
      case THROTTLED -> false;
      case UNAVAILABLE -> pace.backoff().isExhausted(refusals);
      case GONE -> isGoneAtLast();
      case TRIMMED, EXPIRED, FATAL -> true;
    };
  }

  /** The next listing follows a refusal; returns after how long. */
  Duration again(int attempt, Instant now) {
    Duration pause = pace.backoff().pause(attempt, random);
    by(now.plus(pause));
    return pause;
  }

  /**
   * The next listing follows one that came.
   *
   * @param unsettled whether the picture is incomplete
   */
  void next(boolean unsettled, Instant now) {
    Duration usual = pace.listing();
    Duration jittered = usual.minusMillis(random.nextLong(usual.toMillis() / 5 + 1));
    hasty = unsettled ? hasty + 1 : 0;
    Duration soon = unsettled ? pace.backoff().pause(hasty, random) : jittered;
    by(now.plus(soon.compareTo(jittered) < 0 ? soon : jittered));
  }

  private void by(Instant time) {
    next.accumulateAndGet(time, (one, other) -> one.isBefore(other) ? one : other);
  }
}
