package io.chromasync.snapshot;

import java.time.Duration;

/**
 * How long an object is asked for again: pauses double from the first to the longest, and the
 * budget begins anew with every byte that comes.
 */
record ObjectPatience(Duration budget, Duration first, Duration longest) {

  static ObjectPatience of(Duration budget) {
    return new ObjectPatience(budget, Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  /**
   * The pause before an attempt.
   *
   * @param failures that went before it in a row, 1 or more
   */
  Duration pause(int failures) {
    long whole = first.toMillis() << Math.min(failures - 1, 30);
    return Duration.ofMillis(Math.min(longest.toMillis(), whole));
  }
}
