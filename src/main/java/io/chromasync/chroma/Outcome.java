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
    /** Chroma has carried it out. */
    WRITTEN,
    /** It was not applied, and may be sent again. */
    BUSY,
    /** It was not applied, and less should be sent. */
    THROTTLED,
    /** It took too long; it may be applied, now or later. */
    UNANSWERED,
    /** The connection broke after sending began; it may be applied, now or later. */
    LOST,
    /** A response, but not of Chroma's; nothing is known of the request. */
    FOREIGN,
    /** The server takes no body of this size. */
    TOO_LARGE,
    /** The server does not take something in it. */
    REJECTED,
    /** Chroma's permission denied: the token, or that there is none. */
    DENIED,
    /** Chroma does not have what it is about. */
    MISSING,
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
    return kind == Kind.UNANSWERED || kind == Kind.LOST || kind == Kind.FOREIGN;
  }

  /** Whether the same request may succeed later, without a change of settings or server. */
  boolean isTransient() {
    return isAmbiguous() || kind == Kind.BUSY || kind == Kind.THROTTLED;
  }

  /** What the answer to a write means. */
  static Outcome of(Answer answer) {
    return of(answer, Shape.ACKNOWLEDGEMENT);
  }

  /**
   * What an answer means. A success has the shape that Chroma gives it, and an error is in Chroma's
   * own form: what stands in front of a server knows nothing of tokens, collections and records.
   * Who is too busy, or takes no body of this size, may be either.
   */
  static Outcome of(Answer answer, Shape shape) {
    if (answer.status() >= 200 && answer.status() < 300) {
      return shape.fits(answer.json()) ? of(Kind.WRITTEN, "") : ofForeign(answer);
    }
    return switch (answer.status()) {
      case 408 -> new Outcome(Kind.BUSY, answer.summary(), answer.retryAfter());
      case 413 -> of(Kind.TOO_LARGE, answer.summary());
      case 429 -> new Outcome(Kind.THROTTLED, answer.summary(), answer.retryAfter());
      case 502, 504 -> new Outcome(Kind.UNANSWERED, answer.summary(), answer.retryAfter());
      default -> answer.isError() ? ofError(answer) : ofForeign(answer);
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
      return of(Kind.BUSY, Unreachable.sentence(cause));
    }
    if (cause instanceof IOException) {
      return of(Kind.LOST, Unreachable.sentence(cause));
    }
    return of(Kind.MISCONFIGURED, "the request could not be sent: " + Unreachable.sentence(cause));
  }

  /**
   * Chroma's own error. Only 400 and 422 speak of the records; that all vectors have another length
   * than the collection's is no fault of one, as {@code delta.dimension} holds for all.
   */
  private static Outcome ofError(Answer answer) {
    String reason = answer.summary();
    return switch (answer.status()) {
      case 400, 422 ->
          WRONG_DIMENSION.matcher(reason).find()
              ? of(Kind.MISCONFIGURED, reason + ADVICE_ON_DIMENSION)
              : of(Kind.REJECTED, reason);
      case 401, 403 -> of(Kind.DENIED, reason + "; check " + Token.ADVICE);
      case 404 ->
          of(
              Kind.MISSING,
              reason
                  + "; check that the collection still exists in 'chroma.tenant' and"
                  + " 'chroma.database' (one that was created again after the job started is"
                  + " another one)");
      default ->
          answer.status() >= 500
              ? new Outcome(Kind.BUSY, reason, answer.retryAfter())
              : of(
                  Kind.MISCONFIGURED,
                  reason
                      + "; check that 'chroma.url' leads to a Chroma server that may be written"
                      + " to");
    };
  }

  private static Outcome ofForeign(Answer answer) {
    return new Outcome(
        Kind.FOREIGN,
        answer.summary()
            + " is no response of Chroma's; check that 'chroma.url' leads to a Chroma server of the"
            + " v2 API (1.0 or later), and what answers in front of it",
        answer.retryAfter());
  }

  private static Outcome of(Kind kind, String reason) {
    return new Outcome(kind, reason, Duration.ZERO);
  }
}
