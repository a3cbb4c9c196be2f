package io.chromasync.snapshot;

import io.chromasync.snapshot.Refusal.Reason;
import java.io.Serializable;
import java.time.Duration;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/**
 * Retry policy with exponential back-off: pauses double from the first to the longest, and each is
 * randomized between half and all of it.
 *
 * @param attempts maximum number of consecutive transient errors; throttled requests are retried
 *     indefinitely
 */
public record Persistence(Duration first, Duration longest, int attempts) implements Serializable {

  /** Doubles for some ten seconds, then retries every ten seconds: about four minutes in total. */
  public static final Persistence STANDARD =
      new Persistence(Duration.ofMillis(200), Duration.ofSeconds(10), 35);

  /**
   * Returns true if no further attempt is to be made after this error.
   *
   * @param transientErrors number of consecutive errors, without throttling
   */
  public boolean givesUp(Refusal refusal, int transientErrors) {
    return refusal.reason() == Reason.FINAL
        || (refusal.reason() == Reason.UNAVAILABLE && transientErrors > attempts);
  }

  /**
   * Pause before an attempt.
   *
   * @param attempt 1 before the first retry
   */
  public Duration pause(int attempt) {
    // The SDK counts from the very first attempt, which needs no pause.
    return BackoffStrategy.exponentialDelayHalfJitter(first, longest).computeDelay(attempt + 1);
  }
}
