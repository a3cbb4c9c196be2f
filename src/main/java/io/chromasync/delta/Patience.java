package io.chromasync.delta;

import java.io.Serializable;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often something is tried again: pauses double from the first to the longest, each between
 * half and all of it, so that what failed together does not come back together.
 */
record Patience(Duration first, Duration longest) implements Serializable {

  /** Of deltas. */
  static final Patience STANDARD = new Patience(Duration.ofSeconds(1), Duration.ofSeconds(30));

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
}
