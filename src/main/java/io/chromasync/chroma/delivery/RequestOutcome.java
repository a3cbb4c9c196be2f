package io.chromasync.chroma.delivery;

import io.chromasync.chroma.client.ChromaResponse;
import io.chromasync.chroma.client.Token;
import io.chromasync.chroma.client.Unreachable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/**
 * Outcome of an exchange with Chroma. Only this class classifies responses and missing responses.
 *
 * @param reason a sentence; empty if the request was written
 * @param atLeast minimum wait before a retry, from the response's Retry-After header
 */
public record RequestOutcome(Kind kind, String reason, Duration atLeast) {

  /** Classification of an outcome. */
  public enum Kind {
    /** Chroma has executed the request. */
    WRITTEN,
    /** The request was not applied, and may be sent again. */
    BUSY,
    /** The request was throttled: not applied, and a smaller request should follow. */
    THROTTLED,
    /** The request timed out; it may be applied, now or later. */
    UNANSWERED,
    /** The connection was lost after sending began; the request may be applied, now or later. */
    LOST,
    /** The response does not come from Chroma; the effect of the request is unknown. */
    FOREIGN,
    /** The body is larger than the server accepts. */
    TOO_LARGE,
    /** The server rejects some content of the request. */
    REJECTED,
    /** Chroma denied permission: the token is invalid or missing. */
    DENIED,
    /** The target of the request does not exist in Chroma. */
    MISSING,
    /** The server would accept no request; the reason names the setting to change. */
    MISCONFIGURED
  }

  /** Error messages of Chroma 1.x, and of 0.x. */
  private static final Pattern WRONG_DIMENSION =
      Pattern.compile("expecting embedding with dimension|collection dimensionality");

  private static final String ADVICE_ON_DIMENSION =
      "; the collection holds vectors of another model: name another collection"
          + " in group 'chroma', or delete this collection and embed all records again, or set 'delta.dimension' so that deltas of another model"
          + " fail";

  /** Returns true if the request may be applied at any time from now on. */
  public boolean isAmbiguous() {
    return kind == Kind.UNANSWERED || kind == Kind.LOST || kind == Kind.FOREIGN;
  }

  /**
   * Returns the minimum wait before a retry.
   *
   * @param settle time after which an ambiguous request is no longer applied
   */
  public Duration atLeast(Duration settle) {
    return isAmbiguous() && settle.compareTo(atLeast) > 0 ? settle : atLeast;
  }

  /** Returns true if the same request may succeed later, without a change of settings or server. */
  public boolean isTransient() {
    return isAmbiguous() || kind == Kind.BUSY || kind == Kind.THROTTLED;
  }

  /** Classifies the response to a write. */
  public static RequestOutcome of(ChromaResponse answer) {
    return of(answer, Shape.ACKNOWLEDGEMENT);
  }

  /**
   * Classifies a response. A success must have the shape of Chroma's body, and an error must have
   * Chroma's own form. A proxy in front of a server has no information about tokens, collections or
   * records. The statuses 408, 413, 429, 502 and 504 may come from Chroma or from a proxy.
   */
  public static RequestOutcome of(ChromaResponse answer, Shape shape) {
    if (answer.status() >= 200 && answer.status() < 300) {
      return shape.fits(answer.json()) ? of(Kind.WRITTEN, "") : ofForeign(answer);
    }
    return switch (answer.status()) {
      case 408 -> new RequestOutcome(Kind.BUSY, answer.summary(), answer.retryAfter());
      case 413 -> of(Kind.TOO_LARGE, answer.summary());
      case 429 -> new RequestOutcome(Kind.THROTTLED, answer.summary(), answer.retryAfter());
      case 502, 504 -> new RequestOutcome(Kind.UNANSWERED, answer.summary(), answer.retryAfter());
      default -> answer.isError() ? ofError(answer) : ofForeign(answer);
    };
  }

  /**
   * Classifies a missing response: the failure of the connection, or the cancellation at the
   * request's deadline. Without a connection, nothing was sent.
   */
  public static RequestOutcome of(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof CancellationException) {
      return of(Kind.UNANSWERED, "no response within 'chroma.request-timeout'");
    }
    if (Unreachable.isBeforeTheRequest(cause)) {
      return of(Kind.BUSY, Unreachable.sentence(cause));
    }
    if (cause instanceof IOException) {
      return of(Kind.LOST, Unreachable.sentence(cause));
    }
    return of(Kind.MISCONFIGURED, "the request could not be sent: " + Unreachable.sentence(cause));
  }

  /**
   * Classifies an error of Chroma. Only 400 and 422 concern the records. A dimension other than the
   * collection's is a wrong setting, not the fault of one record, because {@code delta.dimension}
   * applies to all vectors.
   */
  private static RequestOutcome ofError(ChromaResponse answer) {
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
                  + " 'chroma.database' (a collection recreated after the job started has another"
                  + " id)");
      default ->
          answer.status() >= 500
              ? new RequestOutcome(Kind.BUSY, reason, answer.retryAfter())
              : of(
                  Kind.MISCONFIGURED,
                  reason
                      + "; check that 'chroma.url' leads to a Chroma server that accepts writes");
    };
  }

  private static RequestOutcome ofForeign(ChromaResponse answer) {
    return new RequestOutcome(
        Kind.FOREIGN,
        answer.summary()
            + " is not a response of Chroma; check that 'chroma.url' leads to a Chroma server of"
            + " the v2 API (1.0 or later), and any proxy in front of it",
        answer.retryAfter());
  }

  private static RequestOutcome of(Kind kind, String reason) {
    return new RequestOutcome(kind, reason, Duration.ZERO);
  }
}
