package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.chromasync.chroma.client.Chroma;
import io.chromasync.chroma.client.ChromaResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A server in a {@link SimulatedTask}'s time: answers after a while what it was told to. */
final class SimulatedChroma implements Chroma {

  static final long LATENCY = 10;

  private static final Pattern ID = Pattern.compile("\"IMAGE#[^\"]*\"");

  /** One exchange: when it began, and what became of it. */
  record Exchange(String path, String body, long at, CompletableFuture<ChromaResponse> answer) {

    /** How many records it names. */
    int records() {
      return body.split("IMAGE#", -1).length - 1;
    }

    boolean isAcknowledged() {
      return answer.isDone()
          && !answer.isCompletedExceptionally()
          && answer.join().equals(Answers.OK);
    }
  }

  private final SimulatedTask task;
  private final List<Exchange> exchanges = new ArrayList<>();
  private final Queue<Reply> script = new ArrayDeque<>();
  private Predicate<String> refused = body -> false;
  private ChromaResponse refusal;
  private int longest = Integer.MAX_VALUE;
  private ChromaResponse heartbeat = Answers.json(200, "{\"nanosecond heartbeat\":1}");
  private long awayUntil;
  private int heartbeats;
  private int inFlight;
  private int mostInFlight;
  private int millisPerRecord;
  private boolean heartbeatsHang;
  private final List<String> namedTwice = new ArrayList<>();

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

  /** Ids that two requests named at the same time. */
  List<String> namedTwice() {
    return namedTwice;
  }

  /** Forgets what was exchanged. */
  void forget() {
    exchanges.clear();
    mostInFlight = 0;
  }

  /** Requests take so much longer for each record that they name. */
  void takesMillisPerRecord(int millis) {
    millisPerRecord = millis;
  }

  /** Heartbeats are not answered. */
  void heartbeatsHang() {
    heartbeatsHang = true;
  }

  /** Requests that were acknowledged. */
  long acknowledged() {
    return exchanges.stream().filter(Exchange::isAcknowledged).count();
  }

  SimulatedChroma answer(int times, int status, Duration retryAfter) {
    for (int i = 0; i < times; i++) {
      answer(Answers.chromas(status, retryAfter));
    }
    return this;
  }

  /** Answers the next write so, without applying it. */
  SimulatedChroma answer(ChromaResponse answer) {
    script.add(future -> future.complete(answer));
    return this;
  }

  /** Answers heartbeats so while it is there. */
  SimulatedChroma answerHeartbeats(ChromaResponse answer) {
    heartbeat = answer;
    return this;
  }

  SimulatedChroma breakConnection() {
    script.add(future -> future.completeExceptionally(new IOException("connection reset")));
    return this;
  }

  /** Nobody is there to connect to. */
  SimulatedChroma refuseConnection() {
    script.add(future -> future.completeExceptionally(new ConnectException()));
    return this;
  }

  /** Answers no heartbeat until then. */
  SimulatedChroma awayUntil(long millis) {
    awayUntil = millis;
    return this;
  }

  /** Refuses what its body tells with this answer. */
  SimulatedChroma refuse(Predicate<String> body, ChromaResponse answer) {
    refused = body;
    refusal = answer;
    return this;
  }

  /** Breaks the connection in the middle of a body that is longer. */
  SimulatedChroma cutBeyond(int bytes) {
    longest = bytes;
    return this;
  }

  int heartbeats() {
    return heartbeats;
  }

  SimulatedChroma hang() {
    script.add(future -> false);
    return this;
  }

  /** A heartbeat is answered while the server is there. */
  // Nobody cancels these timers.
  @SuppressWarnings("FutureReturnValueIgnored")
  @Override
  public CompletableFuture<ChromaResponse> get(String path) {
    CompletableFuture<ChromaResponse> answer = new CompletableFuture<>();
    heartbeats++;
    if (heartbeatsHang) {
      return answer;
    }
    boolean there = task.getCurrentProcessingTime() >= awayUntil;
    task.registerTimer(
        task.getCurrentProcessingTime() + LATENCY,
        at -> {
          if (there) {
            answer.complete(heartbeat);
          } else {
            answer.completeExceptionally(new ConnectException());
          }
        });
    return answer;
  }

  // Nobody cancels these timers.
  @SuppressWarnings("FutureReturnValueIgnored")
  @Override
  public CompletableFuture<ChromaResponse> post(String path, byte[] json) {
    CompletableFuture<ChromaResponse> answer = new CompletableFuture<>();
    Exchange exchange =
        new Exchange(path, new String(json, UTF_8), task.getCurrentProcessingTime(), answer);
    exchanges.stream()
        .filter(other -> !other.answer.isDone())
        .forEach(other -> noteNamedTwice(exchange, other));
    exchanges.add(exchange);
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    answer.whenComplete((unused, failure) -> inFlight--);
    Reply reply = script.isEmpty() ? toContent(new String(json, UTF_8)) : script.remove();
    long latency = LATENCY + (long) millisPerRecord * exchange.records();
    task.registerTimer(task.getCurrentProcessingTime() + latency, at -> reply.to(answer));
    return answer;
  }

  private void noteNamedTwice(Exchange one, Exchange other) {
    ID.matcher(one.body)
        .results()
        .map(MatchResult::group)
        .filter(other.body::contains)
        .forEach(namedTwice::add);
  }

  private Reply toContent(String body) {
    if (body.length() > longest) {
      return future -> future.completeExceptionally(new IOException("broken pipe"));
    }
    return future -> future.complete(refused.test(body) ? refusal : Answers.OK);
  }

  private interface Reply {
    boolean to(CompletableFuture<ChromaResponse> answer);
  }
}
