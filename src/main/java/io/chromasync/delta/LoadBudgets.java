package io.chromasync.delta;

import io.chromasync.delta.format.UnusableDelta;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * Limits of the time during which the loading of a delta is retried. The last attempt begins when
 * the budget ends.
 *
 * @param missing time since the run arrived, for a delta that is missing or incomplete
 * @param retry time since the first transient failure
 */
record LoadBudgets(Duration missing, Duration retry) implements Serializable {

  /**
   * Returns the instant at which the last attempt begins.
   *
   * @param failure failure of an incomplete or unavailable delta
   * @param arrived arrival of the run
   * @param firstFailure first failure that counts towards {@code retry}; null if there was none
   * @param now instant of this failure
   */
  Instant deadline(Exception failure, Instant arrived, Instant firstFailure, Instant now) {
    Instant found = arrived.plus(missing);
    if (failure instanceof UnusableDelta) {
      return found;
    }
    Instant passed = (firstFailure == null ? now : firstFailure).plus(retry);
    boolean mayBeMissing = failure instanceof Unavailable unavailable && unavailable.mayBeMissing();
    return mayBeMissing && found.isAfter(passed) ? found : passed;
  }

  /** Returns the setting that limits retries after this kind of failure, for messages. */
  static String setting(Exception failure) {
    return failure instanceof UnusableDelta ? "delta.missing-budget" : "delta.retry-budget";
  }
}
