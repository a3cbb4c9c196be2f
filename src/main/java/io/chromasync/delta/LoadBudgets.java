package io.chromasync.delta;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * Until when a delta that could not be loaded is tried again. The last attempt begins when the
 * budget ends.
 *
 * @param missing after its run arrived, for a delta that is not there or not whole
 * @param retry after the first of the failures that may pass
 */
record LoadBudgets(Duration missing, Duration retry) implements Serializable {

  /**
   * When the last attempt begins.
   *
   * @param failure a delta that is incomplete or unavailable
   * @param arrived when the run came
   * @param firstFailure of those that {@code retry} counts from; null if there was none yet
   * @param now when the delta failed to load
   */
  Instant deadline(Exception failure, Instant arrived, Instant firstFailure, Instant now) {
    Instant found = arrived.plus(missing);
    if (failure instanceof BadDelta) {
      return found;
    }
    Instant passed = (firstFailure == null ? now : firstFailure).plus(retry);
    boolean mayBeMissing = failure instanceof Unavailable unavailable && unavailable.mayBeMissing();
    return mayBeMissing && found.isAfter(passed) ? found : passed;
  }

  /** The setting that a failure of this kind is bounded by, as messages name it. */
  static String setting(Exception failure) {
    return failure instanceof BadDelta ? "delta.missing-budget" : "delta.retry-budget";
  }
}
