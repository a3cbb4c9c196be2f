package io.chromasync.chroma;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: twice as long each time, up to a cap, of which half is
 * left to chance so that requests which failed together do not come back together.
 *
 * @param budget from the first attempt's beginning to the last one's, never more than this
 * @param random not safe for use by several threads
 */
record Retries(Duration budget, RandomGenerator random) {

  static final Duration FIRST = Duration.ofMillis(200);
  static final Duration LONGEST = Duration.ofSeconds(10);

  /** Doubling longer than this is beyond the cap. */
  private static final int MOST_DOUBLINGS = 10;

  /**
   * The wait after a failed attempt.
   *
   * @param attempt the failed attempt, from 1
   * @param atLeast what the server asks for; may exceed the cap, not the budget
   */
  Duration delay(int attempt, Duration atLeast) {
    long doubled = FIRST.toMillis() << Math.min(attempt - 1, MOST_DOUBLINGS);
    long capped = Math.min(doubled, LONGEST.toMillis());
    Duration backOff = Duration.ofMillis(capped / 2 + random.nextLong(capped / 2 + 1));
    return backOff.compareTo(atLeast) < 0 ? atLeast : backOff;
  }

  /** Whether another attempt may begin after the wait, given how long it has been tried already. */
  boolean allows(Duration elapsed, Duration delay) {
    return elapsed.plus(delay).compareTo(budget) <= 0;
  }
}
