package io.chromasync.snapshot;

import io.chromasync.snapshot.Refusal.Reason;
import java.io.Serializable;
import java.time.Duration;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/**
 * How often and how soon something that was refused is asked for again: pauses double from the
 * first to the longest, each between half and all of it.
 *
 * @param attempts how many bad moments in a row are borne; being throttled is borne for ever
 */
record Persistence(Duration first, Duration longest, int attempts) implements Serializable {

  /** Doubles for some ten seconds, then tries every ten: about four minutes in all. */
  static final Persistence STANDARD =
      new Persistence(Duration.ofMillis(200), Duration.ofSeconds(10), 35);

  /** Whether that refusal, the n-th in a row, is one too many. */
  boolean givesUp(Refusal refusal, int attempt) {
    return refusal.reason() == Reason.FINAL
        || (refusal.reason() == Reason.UNAVAILABLE && attempt > attempts);
  }

  /**
   * The pause before an attempt.
   *
   * @param attempt 1 before the first repetition
   */
  Duration pause(int attempt) {
    // The SDK counts from the first attempt of all, which needs no pause.
    return BackoffStrategy.exponentialDelayHalfJitter(first, longest).computeDelay(attempt + 1);
  }
}
