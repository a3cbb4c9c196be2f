package io.chromasync.snapshot;

import io.chromasync.aws.AwsError;
import io.chromasync.runtime.RetryPolicy;

/**
 * Error of a request to the table.
 *
 * @param detail for messages
 */
public record TableError(AwsError kind, String detail, Throwable cause) implements TableResponse {

  /** Classifies the exception of a request, which may be wrapped. */
  public static TableError of(Throwable error) {
    Throwable cause = AwsError.unwrapped(error);
    return new TableError(AwsError.of(cause), String.valueOf(cause.getMessage()), cause);
  }

  /** Returns true if the request was throttled. */
  public boolean isThrottled() {
    return kind == AwsError.THROTTLED;
  }

  /**
   * Returns true if the request is not retried. Throttled requests are retried indefinitely.
   *
   * @param transientErrors number of consecutive errors, without throttling
   */
  public boolean isLast(RetryPolicy retries, int transientErrors) {
    return !kind.isRetried() || (!isThrottled() && retries.isExhausted(transientErrors));
  }
}
