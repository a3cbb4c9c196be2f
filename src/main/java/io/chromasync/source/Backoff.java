package io.chromasync.source;

import java.io.Serializable;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with jitter. The pause doubles from the first to the longest. Each pause is
 * random between half of that value and all of it, so that shards throttled together do not retry
 * together.
 *
 * @param attempts number of consecutive transient errors after which the job fails; throttled calls
 *     are retried indefinitely
 */
public record Backoff(Duration first, Duration longest, int attempts) implements Serializable {

  /** Doubles for about ten seconds, then retries every ten seconds: about four minutes in all. */
  static final Backoff STANDARD = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10), 35);

  /**
   * Returns the pause before an attempt.
   *
   * @param attempt 1 before the first retry
   */
  public Duration pause(int attempt, RandomGenerator random) {
    int doublings = Math.min(Math.max(attempt - 1, 0), 30);
    long whole = Math.min(longest.toMillis(), first.toMillis() << doublings);
    return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
  }

  /** Returns whether this number of consecutive transient errors exceeds the allowed attempts. */
  public boolean isExhausted(int attempt) {
    return attempt > attempts;
  }
}
