package io.chromasync.snapshot;

import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * Why AWS did not give what was asked for.
 *
 * @param detail for messages
 */
record Refusal(Reason reason, String detail, Throwable cause) implements TableAnswer {

  /** What is to be done about it. */
  enum Reason {
    /** Ask less; it may last. */
    THROTTLED,
    /** Ask again. */
    UNAVAILABLE,
    /** Asking again is of no use. */
    FINAL
  }

  static Refusal of(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return new Refusal(reason(cause), String.valueOf(cause.getMessage()), cause);
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
