package io.chromasync.source;

import io.chromasync.source.lineage.StreamResponse.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/**
 * Schedule of shard listings. A listing follows soon after an error and, while the lineage is
 * incomplete, after a growing pause; otherwise at the regular interval.
 *
 * <p>Used by the coordinator's thread, except {@link #isDue}, which its worker calls.
 */
final class ListingPace {

  /** Number of consecutive {@code GONE} responses after which a stream counts as deleted. */
  private static final int GONE = 4;

  private final PollIntervals pace;
  private final RandomGenerator random = new Random();
  private final AtomicReference<Instant> next = new AtomicReference<>(Instant.MIN);
  private int errors;
  private int throttled;
  private int gone;
  private int hasty;

  ListingPace(PollIntervals pace) {
    this.pace = pace;
  }

  /**
   * Returns whether a listing is due. If it is, no further listing is due until the next is
   * scheduled, so that only one listing runs at a time. An earlier time that is requested meanwhile
   * is kept.
   */
  boolean isDue(Instant now) {
    Instant due = next.get();
    return !now.isBefore(due) && next.compareAndSet(due, Instant.MAX);
  }

  /** Schedules a listing at once, because the lineage or the stream has changed. */
  void hurry(Instant now) {
    hasty = 0;
    by(now);
  }

  /** Resets the error counts, after a successful listing or a change of stream. */
  void answered() {
    errors = 0;
    throttled = 0;
    gone = 0;
  }

  /**
   * Counts an error and returns the number of consecutive errors of its kind. Throttled calls and
   * {@code GONE} responses use up no attempts of other errors.
   */
  int countError(Reason reason) {
    return switch (reason) {
      case THROTTLED -> ++throttled;
      case GONE -> ++gone;
      case TRIMMED, EXPIRED, UNAVAILABLE, FATAL -> ++errors;
    };
  }

  /** Returns whether there were enough {@code GONE} responses; a single response may be wrong. */
  boolean isGoneAtLast() {
    return gone >= GONE;
  }

  /** Returns whether a retry cannot succeed, or all attempts are used up. */
  boolean isHopeless(Reason reason) {
    return switch (reason) {
      case THROTTLED -> false;
      case UNAVAILABLE -> pace.backoff().isExhausted(errors);
      case GONE -> isGoneAtLast();
      case TRIMMED, EXPIRED, FATAL -> true;
    };
  }

  /** Schedules the listing after an error and returns the pause. */
  Duration again(int attempt, Instant now) {
    Duration pause = pace.backoff().delay(attempt, random);
    by(now.plus(pause));
    return pause;
  }

  /**
   * Schedules the listing after a successful listing.
   *
   * @param unsettled true if the lineage is incomplete
   */
  void next(boolean unsettled, Instant now) {
    Duration usual = pace.listing();
    Duration jittered = usual.minusMillis(random.nextLong(usual.toMillis() / 5 + 1));
    hasty = unsettled ? hasty + 1 : 0;
    Duration soon = unsettled ? pace.backoff().delay(hasty, random) : jittered;
    by(now.plus(soon.compareTo(jittered) < 0 ? soon : jittered));
  }

  private void by(Instant time) {
    next.accumulateAndGet(time, (one, other) -> one.isBefore(other) ? one : other);
  }
}
