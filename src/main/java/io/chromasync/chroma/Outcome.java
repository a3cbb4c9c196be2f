package io.chromasync.chroma;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;

/**
 * What an exchange with Chroma came to. The one place that decides what an answer means, or that
 * there is none.
 *
 * @param reason a sentence; empty if it is written
 * @param atLeast how long the server asks us to wait
 */
record Outcome(Kind kind, String reason, Duration atLeast) {

  /** What follows from it. */
  enum Kind {
    /** Chroma has it. */
    WRITTEN,
    /** It was not applied, and may be sent again. */
    BUSY,
    /** It was not applied, and less should be sent. */
    THROTTLED,
    /** It took too long; it may be applied, now or later. */
    UNANSWERED,
    /** The connection broke after sending began; it may be applied, now or later. */
    LOST,
    /** The server takes no body of this size. */
    TOO_LARGE,
    /** The server does not take something in it. */
    REJECTED,
    /** The server would take nothing: the reason says what to change. */
    MISCONFIGURED
  }

  /** Said by Chroma 1.x, and by 0.x. */
  private static final Pattern WRONG_DIMENSION =
      Pattern.compile("expecting embedding with dimension|collection dimensionality");

  private static final String ADVICE_ON_DIMENSION =
      "; the collection holds vectors of another model: name another collection"
          + " ('chroma.words-collection', 'chroma.lines-collection'), or delete this one and embed"
          + " all receipts again, or set 'delta.dimension' so that deltas of another model fail";

  /** Whether it may be applied at any time from now on. */
  boolean isAmbiguous() {
    return kind == Kind.UNANSWERED || kind == Kind.LOST;
  }

  /**
   * What an answer means. Only 400 and 422 speak of the records; that all vectors have another
   * length than the collection's is no fault of one, as {@code delta.dimension} holds for all.
   */
  static Outcome of(Answer answer) {
    String reason = answer.summary();
    return switch (answer.status()) {
      case 400, 422 ->
          WRONG_DIMENSION.matcher(reason).find()
              ? of(Kind.MISCONFIGURED, reason + ADVICE_ON_DIMENSION)
              : of(Kind.REJECTED, reason);
      case 413 -> of(Kind.TOO_LARGE, reason);
      case 429 -> new Outcome(Kind.THROTTLED, reason, answer.retryAfter());
      case 502, 504 -> new Outcome(Kind.UNANSWERED, reason, answer.retryAfter());
      case 408 -> new Outcome(Kind.BUSY, reason, answer.retryAfter());
      default -> ofOther(answer);
    };
  }

  /**
   * No answer: what the connection failed with, or the cancellation at the request's deadline.
   * Without a connection, nothing was sent.
   */
  static Outcome of(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof CancellationException) {
      return of(Kind.UNANSWERED, "no answer within 'chroma.request-timeout'");
    }
    if (cause instanceof ConnectException
        || cause instanceof HttpConnectTimeoutException
        || cause instanceof SSLHandshakeException) {
      return of(Kind.BUSY, sentence(cause));
    }
    if (cause instanceof IOException) {
      return of(Kind.LOST, sentence(cause));
    }
    return of(Kind.MISCONFIGURED, "the request could not be sent: " + sentence(cause));
  }

  /** An exception as a sentence; connection failures often have a class and no message. */
  static String sentence(Throwable failure) {
    String message = failure.getMessage();
    String name = failure.getClass().getSimpleName();
    return message == null || message.isBlank() ? name : name + ": " + message;
  }

  private static Outcome ofOther(Answer answer) {
    if (answer.isSuccess()) {
      return of(Kind.WRITTEN, "");
    }
    return answer.status() >= 500
        ? new Outcome(Kind.BUSY, answer.summary(), answer.retryAfter())
        : of(Kind.MISCONFIGURED, answer.summary() + advice(answer.status()));
  }

  private static Outcome of(Kind kind, String reason) {
    return new Outcome(kind, reason, Duration.ZERO);
  }

  private static String advice(int status) {
    return switch (status) {
      case 401, 403 -> "; check " + Token.ADVICE;
      case 404 ->
          "; check that the collection still exists in 'chroma.tenant' and 'chroma.database'"
              + " (one that was created again after the job started is another one)";
      default -> "; check that 'chroma.url' leads to a Chroma server that may be written to";
    };
  }
}
