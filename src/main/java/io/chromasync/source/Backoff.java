package io.chromasync.source;

import java.io.Serializable;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: doubling from the first pause to the longest, each between
 * half and all of it, so that shards refused together do not come back together.
 *
 * @param attempts how many bad moments in a row are borne before the job fails; being throttled is
 *     borne for ever
 */
record Backoff(Duration first, Duration longest, int attempts) implements Serializable {

  /** Doubles for some ten seconds, then tries every ten: about four minutes in all. */
  static final Backoff STANDARD = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10), 35);

  /**
   * The pause before an attempt.
   *
   * @param attempt 1 before the first repetition
   */
  Duration pause(int attempt, RandomGenerator random) {
    int doublings = Math.min(Math.max(attempt - 1, 0), 30);
    long whole = Math.min(longest.toMillis(), first.toMillis() << doublings);
    return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
  }

  boolean isExhausted(int attempt) {
    return attempt > attempts;
  }
}
