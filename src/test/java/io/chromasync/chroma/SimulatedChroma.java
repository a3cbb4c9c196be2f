package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** A server in a {@link SimulatedTask}'s time: answers after a while what it was told to. */
final class SimulatedChroma implements Chroma {

  static final long LATENCY = 10;

  /** One exchange: when it began, and what became of it. */
  record Exchange(String path, String body, long at, CompletableFuture<Answer> answer) {}

  private final SimulatedTask task;
  private final List<Exchange> exchanges = new ArrayList<>();
  private final Queue<Reply> script = new ArrayDeque<>();
  private int inFlight;
  private int mostInFlight;

  SimulatedChroma(SimulatedTask task) {
    this.task = task;
  }

  /** Exchanges in the order in which they began. */
  List<Exchange> exchanges() {
    return exchanges;
  }

  List<String> bodies() {
    return exchanges.stream().map(Exchange::body).toList();
  }

  int mostInFlight() {
    return mostInFlight;
  }

  long acknowledged() {
    return exchanges.stream()
        .filter(each -> each.answer.isDone() && !each.answer.isCompletedExceptionally())
        .filter(each -> each.answer.join().isSuccess())
        .count();
  }

  SimulatedChroma answer(int times, int status, Duration retryAfter) {
    for (int i = 0; i < times; i++) {
      Answer answer = new Answer(status, "{\"message\":\"told to\"}", retryAfter);
      script.add(future -> future.complete(answer));
    }
    return this;
  }

  SimulatedChroma breakConnection() {
    script.add(future -> future.completeExceptionally(new IOException("connection reset")));
    return this;
  }

  SimulatedChroma hang() {
    script.add(future -> false);
    return this;
  }

  @Override
  public CompletableFuture<Answer> get(String path) {
    throw new UnsupportedOperationException();
  }

  // Nobody cancels these timers.
  @SuppressWarnings("FutureReturnValueIgnored")
  @Override
  public CompletableFuture<Answer> post(String path, byte[] json) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    exchanges.add(
        new Exchange(path, new String(json, UTF_8), task.getCurrentProcessingTime(), answer));
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    answer.whenComplete((unused, failure) -> inFlight--);
    Reply reply =
        script.isEmpty()
            ? future -> future.complete(new Answer(200, "{}", Duration.ZERO))
            : script.remove();
    task.registerTimer(task.getCurrentProcessingTime() + LATENCY, at -> reply.to(answer));
    return answer;
  }

  private interface Reply {
    boolean to(CompletableFuture<Answer> answer);
  }
}
