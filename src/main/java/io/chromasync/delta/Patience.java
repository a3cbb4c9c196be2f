package io.chromasync.delta;

import java.io.Serializable;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Retry policy: exponential back-off. Pauses double from the first to the longest. Each pause is
 * random between half and all of that, so that attempts that failed together are not retried
 * together.
 */
public record Patience(Duration first, Duration longest) implements Serializable {

  /** Retry policy of deltas. */
  static final Patience STANDARD = new Patience(Duration.ofSeconds(1), Duration.ofSeconds(30));

  /**
   * Returns the pause before an attempt.
   *
   * @param failures number of failures before it, 1 or more
   */
  public Duration pause(int failures, RandomGenerator random) {
    int doublings = Math.min(failures - 1, 30);
    long whole = Math.min(longest.toMillis(), first.toMillis() << doublings);
    return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
  }
}
