package io.chromasync.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.chroma.client.Chroma;
import io.chromasync.chroma.client.ChromaResponse;
import io.chromasync.chroma.client.Token;
import io.chromasync.chroma.client.Unreachable;
import io.chromasync.chroma.delivery.RequestOutcome;
import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import io.chromasync.chroma.delivery.Shape;
import io.chromasync.config.InvalidSettings;
import io.chromasync.start.Unready;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Blocking requests to a Chroma server outside a running job: before the job starts, and in
 * operators' tools. Returns Chroma's own responses; any transient failure is {@link Unready}.
 *
 * @param chroma client of the server
 */
record Inquiry(ChromaSettings settings, Chroma chroma) {

  /**
   * Response of Chroma.
   *
   * @param kind never a transient kind
   */
  record Reply(Kind kind, ChromaResponse answer) {

    boolean isSuccess() {
      return kind == Kind.WRITTEN;
    }

    /** Returns the body; it has the requested shape if the request was executed. */
    JsonNode body() {
      return answer.json();
    }

    /** Returns the status and Chroma's error message, for messages. */
    String summary() {
      return answer.summary();
    }
  }

  /**
   * Sends a GET request.
   *
   * @throws Unready if Chroma does not respond for now
   * @throws InvalidSettings if Chroma will never respond with these settings
   */
  Reply get(String path, Shape shape) {
    return await(chroma.get(path), shape);
  }

  /** Sends a POST request; otherwise as {@link #get}. */
  Reply post(String path, byte[] json, Shape shape) {
    return await(chroma.post(path, json), shape);
  }

  /** Waits for a request that was sent; otherwise as {@link #get}. */
  Reply await(CompletableFuture<ChromaResponse> exchange, Shape shape) {
    try {
      ChromaResponse answer =
          exchange.get(settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
      RequestOutcome outcome = RequestOutcome.of(answer, shape);
      if (outcome.isTransient()) {
        throw new Unready(List.of(notNow(outcome)), outcome.atLeast());
      }
      return new Reply(outcome.kind(), answer);
    } catch (ExecutionException e) {
      String sentence =
          "Chroma does not respond at '%s' ('chroma.url'): %s"
              .formatted(settings.url(), RequestOutcome.of(e.getCause()).reason());
      if (Unreachable.isFinal(e.getCause())) {
        throw new InvalidSettings(sentence);
      }
      throw new Unready(sentence);
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new Unready(
          "Chroma does not respond at '%s' ('chroma.url') within %s ('chroma.request-timeout')"
              .formatted(settings.url(), settings.requestTimeout()));
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw new InvalidSettings(
          "Interrupted during a request to Chroma at '%s'".formatted(settings.url()));
    }
  }

  /**
   * Creates the exception for a request that Chroma did not execute.
   *
   * @param what the failed request, as in {@code accepts no update}
   */
  InvalidSettings rejection(Reply reply, String what) {
    if (reply.kind() == Kind.DENIED) {
      return new InvalidSettings(
          "Chroma at %s rejects the token, or requires a token (%s): %s"
              .formatted(settings.url(), Token.ADVICE, reply.summary()));
    }
    return new InvalidSettings(
        "Chroma at %s ('chroma.url') %s: %s".formatted(settings.url(), what, reply.summary()));
  }

  private String notNow(RequestOutcome outcome) {
    return outcome.kind() == Kind.FOREIGN
        ? "'%s' ('chroma.url') does not respond like a Chroma server: %s"
            .formatted(settings.url(), outcome.reason())
        : "Chroma at '%s' ('chroma.url') temporarily accepts no requests: %s"
            .formatted(settings.url(), outcome.reason());
  }
}
