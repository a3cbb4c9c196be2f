package io.chromasync.chroma.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Retry policy: exponential back-off with a cap. Half of each delay is random, so that requests
 * that failed together are not retried together.
 *
 * @param budget maximum time from the beginning of the first attempt to the beginning of the last
 *     attempt
 * @param random source of the jitter; not thread-safe
 */
public record Retries(Duration budget, RandomGenerator random) {

  static final Duration FIRST = Duration.ofMillis(200);

  /** Cap of the back-off; a minimum delay that the server requests may exceed it. */
  public static final Duration LONGEST = Duration.ofSeconds(10);

  /** Maximum number of doublings; more would exceed the cap anyway. */
  private static final int MOST_DOUBLINGS = 10;

  /**
   * Returns the delay after a failed attempt.
   *
   * @param attempt the failed attempt, from 1
   * @param atLeast minimum delay, as in the server's Retry-After header; may exceed the cap, but
   *     not the budget
   */
  public Duration delay(int attempt, Duration atLeast) {
    long doubled = FIRST.toMillis() << Math.min(attempt - 1, MOST_DOUBLINGS);
    long capped = Math.min(doubled, LONGEST.toMillis());
    Duration backOff = Duration.ofMillis(capped / 2 + random.nextLong(capped / 2 + 1));
    return backOff.compareTo(atLeast) < 0 ? atLeast : backOff;
  }

  /**
   * Returns true if another attempt may begin after the delay.
   *
   * @param elapsed time since the beginning of the first attempt
   */
  public boolean allows(Duration elapsed, Duration delay) {
    return elapsed.plus(delay).compareTo(budget) <= 0;
  }
}
