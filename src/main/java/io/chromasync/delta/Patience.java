package io.chromasync.delta;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * How often and how long something is tried again: pauses double from the first to the longest,
 * each between half and all of it, so that what failed together does not come back together.
 *
 * @param budget how long after its first failure an attempt may still begin
 */
record Patience(Duration budget, Duration first, Duration longest) implements Serializable {

  static Patience of(Duration budget) {
    return new Patience(budget, Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  /**
   * The pause before an attempt.
   *
   * @param failures that went before it, 1 or more
   */
  Duration pause(int failures, RandomGenerator random) {
    int doublings = Math.min(failures - 1, 30);
    long whole = Math.min(longest.toMillis(), first.toMillis() << doublings);
    return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
  }

  /** Whether an attempt after this pause would begin too late. */
  boolean isSpent(Instant firstFailure, Instant now, Duration pause) {
    return Duration.between(firstFailure, now).plus(pause).compareTo(budget) > 0;
  }
}
