package io.chromasync.chroma;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/** What an exchange with Chroma came to. The one place that decides what may be tried again. */
sealed interface Outcome {

  /** Chroma has it. */
  record Written() implements Outcome {}

  /**
   * Nothing is wrong with the request, so it may be sent again.
   *
   * @param atLeast how long the server asks us to wait
   */
  record Retry(String reason, Duration atLeast) implements Outcome {}

  /** It would be refused again; the reason says what to change. */
  record Refused(String reason) implements Outcome {}

  /** 429, 408 and 5xx may be tried again; any other answer but success is a refusal. */
  static Outcome of(Answer answer) {
    if (answer.isSuccess()) {
      return new Written();
    }
    int status = answer.status();
    if (status == 408 || status == 429 || status >= 500) {
      return new Retry(answer.summary(), answer.retryAfter());
    }
    return new Refused(answer.summary() + advice(status));
  }

  /**
   * No answer: what the connection failed with, or the cancellation at the request's deadline. The
   * request may still be applied.
   */
  static Outcome of(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof CancellationException) {
      return new Retry("no answer within 'chroma.request-timeout'", Duration.ZERO);
    }
    if (cause instanceof IOException) {
      return new Retry(sentence(cause), Duration.ZERO);
    }
    return new Refused("the request could not be sent: " + cause);
  }

  /** An exception as a sentence; connection failures often have a class and no message. */
  static String sentence(Throwable failure) {
    String message = failure.getMessage();
    String name = failure.getClass().getSimpleName();
    return message == null || message.isBlank() ? name : name + ": " + message;
  }

  private static String advice(int status) {
    return switch (status) {
      case 401, 403 -> "; check 'chroma.token'";
      case 404 ->
          "; check that the collection still exists in 'chroma.tenant' and 'chroma.database'"
              + " (one that was created again after the job started is another one)";
      case 413 -> "; lower 'chroma.max-bytes-per-request'";
      default -> "";
    };
  }
}
