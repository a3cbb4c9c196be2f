package io.chromasync.source;

import io.chromasync.source.lineage.StreamResponse;
import io.chromasync.source.lineage.StreamResponse.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * Converts failures of an API into error responses.
 *
 * <p>Thread-safe.
 *
 * @param known classifies the errors that are specific to the API; returns null for any other error
 */
public record Refusals(Function<AwsServiceException, Reason> known) {

  /** Returns the response of a call; the future never fails. */
  public CompletableFuture<StreamResponse> orAnswer(
      Supplier<CompletableFuture<? extends StreamResponse>> call) {
    CompletableFuture<? extends StreamResponse> answer;
    try {
      answer = call.get();
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(of(e));
    }
    return answer.handle((good, error) -> error == null ? good : of(error));
  }

  /**
   * Returns the error response for the exception of a call. If it is a {@link CompletionException}
   * with a cause, the cause is classified.
   */
  public StreamResponse.Refused of(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return new StreamResponse.Refused(reason(cause), String.valueOf(cause.getMessage()), cause);
  }

  private Reason reason(Throwable error) {
    if (error instanceof AwsServiceException service) {
      Reason reason = known.apply(service);
      return reason == null ? inGeneral(service) : reason;
    }
    return error instanceof SdkClientException ? Reason.UNAVAILABLE : Reason.FATAL;
  }

  private static Reason inGeneral(AwsServiceException error) {
    if (error.isThrottlingException()) {
      return Reason.THROTTLED;
    }
    return error.statusCode() >= 500 ? Reason.UNAVAILABLE : Reason.FATAL;
  }
}
