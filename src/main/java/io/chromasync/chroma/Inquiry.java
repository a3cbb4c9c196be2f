package io.chromasync.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.chroma.Outcome.Kind;
import io.chromasync.config.InvalidSettings;
import io.chromasync.start.Unready;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a server one thing at a time, outside of a job's flow: before there is a job, and for
 * operators. Returns what Chroma itself says; everything else is {@link Unready}.
 *
 * @param chroma how the server is reached
 */
record Inquiry(ChromaSettings settings, Chroma chroma) {

  /**
   * What Chroma says.
   *
   * @param kind none that is transient
   */
  record Reply(Kind kind, Answer answer) {

    boolean isSuccess() {
      return kind == Kind.WRITTEN;
    }

    /** Of the shape that was asked for, if it is carried out. */
    JsonNode body() {
      return answer.json();
    }

    /** Status and Chroma's own sentence, for messages. */
    String summary() {
      return answer.summary();
    }
  }

  /**
   * Asks for what is there.
   *
   * @throws Unready if Chroma gives no response, for now
   * @throws InvalidSettings if it never will
   */
  Reply get(String path, Shape shape) {
    return await(chroma.get(path), shape);
  }

  /** As {@link #get}; asks for something to be done. */
  Reply post(String path, byte[] json, Shape shape) {
    return await(chroma.post(path, json), shape);
  }

  /** As {@link #get}, for an exchange that has begun. */
  Reply await(CompletableFuture<Answer> exchange, Shape shape) {
    try {
      Answer answer = exchange.get(settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
      Outcome outcome = Outcome.of(answer, shape);
      if (outcome.isTransient()) {
        throw new Unready(List.of(notNow(outcome)), outcome.atLeast());
      }
      return new Reply(outcome.kind(), answer);
    } catch (ExecutionException e) {
      String sentence =
          "Chroma does not answer at '%s' ('chroma.url'): %s"
              .formatted(settings.url(), Outcome.of(e.getCause()).reason());
      if (Unreachable.isFinal(e.getCause())) {
        throw new InvalidSettings(sentence);
      }
      throw new Unready(sentence);
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new Unready(
          "Chroma does not answer at '%s' ('chroma.url') within %s ('chroma.request-timeout')"
              .formatted(settings.url(), settings.requestTimeout()));
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw new InvalidSettings(
          "Interrupted while asking Chroma at '%s'".formatted(settings.url()));
    }
  }

  /**
   * The refusal of whatever Chroma has not carried out.
   *
   * @param what was asked, as in {@code takes no update}
   */
  InvalidSettings refusal(Reply reply, String what) {
    if (reply.kind() == Kind.DENIED) {
      return new InvalidSettings(
          "Chroma at %s refuses the token, or that there is none (%s): %s"
              .formatted(settings.url(), Token.ADVICE, reply.summary()));
    }
    return new InvalidSettings(
        "Chroma at %s ('chroma.url') %s: %s".formatted(settings.url(), what, reply.summary()));
  }

  private String notNow(Outcome outcome) {
    return outcome.kind() == Kind.FOREIGN
        ? "'%s' ('chroma.url') does not answer as a Chroma server does: %s"
            .formatted(settings.url(), outcome.reason())
        : "Chroma at '%s' ('chroma.url') takes no requests for now: %s"
            .formatted(settings.url(), outcome.reason());
  }
}
