package io.chromasync.snapshot;

import io.chromasync.runtime.RetryPolicy;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * Error of an AWS request.
 *
 * @param detail for messages
 */
public record Refusal(Reason reason, String detail, Throwable cause) implements TableResponse {

  /** Class of an error, by the required reaction. */
  public enum Reason {
    /** Request less; throttling may last. */
    THROTTLED,
    /** Retry: the error is transient. */
    UNAVAILABLE,
    /** Do not retry: the error is permanent. */
    FINAL
  }

  /**
   * Classifies the exception of a request. If it is a {@link CompletionException} with a cause, the
   * cause is classified.
   */
  public static Refusal of(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return new Refusal(reason(cause), String.valueOf(cause.getMessage()), cause);
  }

  /**
   * Returns true if the request is not retried. Throttled requests are retried indefinitely.
   *
   * @param transientErrors number of consecutive errors, without throttling
   */
  public boolean isLast(RetryPolicy retries, int transientErrors) {
    return reason == Reason.FINAL
        || (reason == Reason.UNAVAILABLE && retries.isExhausted(transientErrors));
  }

  private static Reason reason(Throwable error) {
    if (error instanceof AwsServiceException service) {
      boolean throttled = service.isThrottlingException();
      return throttled || service.statusCode() >= 500
          ? throttled ? Reason.THROTTLED : Reason.UNAVAILABLE
          : Reason.FINAL;
    }
    return error instanceof SdkClientException ? Reason.UNAVAILABLE : Reason.FINAL;
  }
}
