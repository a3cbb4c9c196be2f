package io.chromasync.source;

import io.chromasync.source.Answer.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * Makes answers of an API's failures.
 *
 * <p>Thread-safe.
 *
 * @param known what the API's own errors mean; null = nothing in particular
 */
record Refusals(Function<AwsServiceException, Reason> known) {

  /** What a call answers; never a failure. */
  CompletableFuture<Answer> orAnswer(Supplier<CompletableFuture<? extends Answer>> call) {
    CompletableFuture<? extends Answer> answer;
    try {
      answer = call.get();
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(of(e));
    }
    return answer.handle((good, error) -> error == null ? good : of(error));
  }

  Answer.Refused of(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return new Answer.Refused(reason(cause), String.valueOf(cause.getMessage()), cause);
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
