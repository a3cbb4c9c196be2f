package io.chromasync.chroma;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * The requests of one lane in their order, of which only the first is ever under way. Owned by the
 * task's thread.
 */
final class Lane {

  final String name;
  final Queue<WriteRequest> requests = new ArrayDeque<>();

  /** Whether its first request waits for a slot, for an answer or for the next attempt. */
  boolean busy;

  /** Of the first request, the one under way included. */
  int attempts;

  /** When the first attempt of the first request began, in milliseconds since the epoch. */
  long firstAttemptAt;

  /** Of the newest attempt; null if there was none. */
  private CompletableFuture<Answer> answer;

  Lane(String name) {
    this.name = name;
  }

  /** Notes that an attempt to send the first request has begun. */
  void attempt(long now, CompletableFuture<Answer> answer) {
    this.answer = answer;
    if (attempts == 0) {
      firstAttemptAt = now;
    }
    attempts++;
  }

  /** The first request is done. */
  void advance() {
    requests.remove();
    attempts = 0;
  }

  /** Stops waiting for the answer. */
  void giveUp() {
    if (answer != null) {
      answer.cancel(true);
    }
  }
}
