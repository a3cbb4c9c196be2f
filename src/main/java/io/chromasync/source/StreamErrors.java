package io.chromasync.source;

import io.chromasync.aws.AwsError;
import io.chromasync.source.lineage.StreamResponse;
import io.chromasync.source.lineage.StreamResponse.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Converts failures of an API into error responses.
 *
 * <p>Thread-safe.
 *
 * @param known classifies the errors that are specific to the API; returns null for any other error
 */
public record StreamErrors(Function<AwsServiceException, Reason> known) {

  /** Returns the response of a call; the future never fails. */
  public CompletableFuture<StreamResponse> respond(
      Supplier<CompletableFuture<? extends StreamResponse>> call) {
    CompletableFuture<? extends StreamResponse> response;
    try {
      response = call.get();
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(of(e));
    }
    return response.handle((good, error) -> error == null ? good : of(error));
  }

  /** Returns the error response for the exception of a call, which may be wrapped. */
  public StreamResponse.Refused of(Throwable error) {
    Throwable cause = AwsError.unwrapped(error);
    return new StreamResponse.Refused(reason(cause), String.valueOf(cause.getMessage()), cause);
  }

  private Reason reason(Throwable error) {
    Reason reason = error instanceof AwsServiceException service ? known.apply(service) : null;
    if (reason != null) {
      return reason;
    }
    return switch (AwsError.of(error)) {
      case THROTTLED -> Reason.THROTTLED;
      case TRANSIENT, UNSENT -> Reason.UNAVAILABLE;
      case DENIED, FATAL -> Reason.FATAL;
    };
  }
}
