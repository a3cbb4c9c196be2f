package io.chromasync.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.chroma.client.Chroma;
import io.chromasync.chroma.client.ChromaResponse;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.ChromaModel.Stored;
import io.chromasync.testing.WriteJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * A server in a {@link SimulatedTask}'s time that goes wrong in every way a server can, by chance:
 * it is away, busy, asks for less, hangs, breaks connections before or after it applies what was
 * sent, and applies it late; and something in front of it answers in its place. It refuses one
 * record for ever, and breaks off bodies that are long.
 *
 * <p>It notices when a record goes back: records tell in {@code v} which mutation they show.
 */
final class StormyChroma implements Chroma {

  /** In the id of the record it refuses. */
  static final String POISON = "#LINE#00001#WORD#00002";

  static final String SHOWN = "v";

  private static final int LATENCY = 10;
  private static final int LONGEST_BODY = 600;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SimulatedTask task;
  private final Random random;
  private final int requestTimeout;
  private final int latest;
  private final ChromaModel model = new ChromaModel();
  private final Map<String, Long> newest = new HashMap<>();
  private final List<String> wentBack = new ArrayList<>();
  private final Map<String, Integer> troubles = new HashMap<>();

  /**
   * @param requestTimeout of the writer, in milliseconds
   * @param latest how long after it broke or was given up a request may be applied
   */
  StormyChroma(SimulatedTask task, Random random, int requestTimeout, int latest) {
    this.task = task;
    this.random = random;
    this.requestTimeout = requestTimeout;
    this.latest = latest;
  }

  Map<String, Stored> records() {
    return model.records();
  }

  /** Records that showed something older, or came back, after something newer was shown. */
  List<String> wentBack() {
    return wentBack;
  }

  /** How often each trouble happened. */
  Map<String, Integer> troubles() {
    return troubles;
  }

  @Override
  public CompletableFuture<ChromaResponse> get(String path) {
    CompletableFuture<ChromaResponse> answer = new CompletableFuture<>();
    boolean away = random.nextInt(5) == 0;
    boolean foreign = random.nextInt(9) == 0;
    ChromaResponse beat = Answers.json(200, "{\"nanosecond heartbeat\":1}");
    after(
        LATENCY,
        () -> {
          if (away) {
            answer.completeExceptionally(new ConnectException());
          } else {
            answer.complete(foreign ? Answers.PAGE : beat);
          }
        });
    return answer;
  }

  @Override
  public CompletableFuture<ChromaResponse> post(String path, byte[] body) {
    CompletableFuture<ChromaResponse> answer = new CompletableFuture<>();
    JsonNode json = parse(body);
    Runnable apply = () -> apply(path.replaceAll(".*/", ""), json);
    Runnable breaks = () -> end(answer, new IOException("reset"), 0);
    if (body.length > LONGEST_BODY && json.path("ids").size() > 1) {
      trouble("long");
      after(LATENCY, breaks);
    } else if (names(json, POISON)) {
      trouble("poison");
      after(LATENCY, () -> end(answer, null, 422));
    } else {
      exchange(answer, apply, breaks);
    }
    return answer;
  }

  private void exchange(CompletableFuture<ChromaResponse> answer, Runnable apply, Runnable breaks) {
    switch (random.nextInt(30)) {
      case 0 -> {
        trouble("away");
        after(LATENCY, () -> end(answer, new ConnectException(), 0));
      }
      case 1 -> {
        trouble("busy");
        after(LATENCY, () -> end(answer, null, 503));
      }
      case 2 -> {
        trouble("throttled");
        after(LATENCY, () -> end(answer, null, 429));
      }
      case 3 -> trouble("hangs");
      case 4 -> {
        trouble("hangs, applied late");
        after(requestTimeout + random.nextInt(latest), apply);
      }
      case 5 -> {
        trouble("breaks");
        after(LATENCY, breaks);
      }
      case 6 -> {
        trouble("applied and breaks");
        after(LATENCY, apply);
        after(LATENCY, breaks);
      }
      case 7 -> {
        trouble("breaks, applied late");
        after(LATENCY, breaks);
        after(LATENCY + random.nextInt(latest), apply);
      }
      case 8 -> {
        trouble("another answers");
        after(LATENCY, () -> answer.complete(foreign()));
      }
      case 9 -> {
        trouble("applied, another answers");
        after(LATENCY, apply);
        after(LATENCY, () -> answer.complete(foreign()));
      }
      case 10 -> {
        trouble("another answers, applied late");
        after(LATENCY, () -> answer.complete(foreign()));
        after(LATENCY + random.nextInt(latest), apply);
      }
      default ->
          after(
              LATENCY,
              () -> {
                apply.run();
                end(answer, null, 200);
              });
    }
  }

  /** Of any status that does not say itself what to do. */
  private ChromaResponse foreign() {
    List<ChromaResponse> all =
        List.of(
            Answers.PAGE,
            Answers.page(204),
            Answers.page(302),
            Answers.page(400),
            Answers.page(403),
            Answers.page(404),
            Answers.page(503),
            Answers.json(200, ""),
            Answers.json(200, "[]"),
            Answers.json(200, "{"),
            Answers.json(200, "{\"error\":\"E\",\"message\":\"m\"}"));
    return all.get(random.nextInt(all.size()));
  }

  private void trouble(String name) {
    troubles.merge(name, 1, Integer::sum);
  }

  private void apply(String operation, JsonNode json) {
    Map<String, Stored> before = Map.copyOf(model.records());
    WriteJson.apply(model, operation, json);
    for (String id : before.keySet()) {
      if (!model.records().containsKey(id)) {
        // Half a step: what it showed may not come back.
        newest.merge(id, 2 * shown(before.get(id)) + 1, Math::max);
      }
    }
    model.records().forEach((id, stored) -> check(id, 2 * shown(stored)));
  }

  private void check(String id, long shows) {
    if (shows < newest.getOrDefault(id, 0L)) {
      wentBack.add("%s shows %s after %s".formatted(id, shows / 2, newest.get(id) / 2));
    }
    newest.merge(id, shows, Math::max);
  }

  private static long shown(Stored stored) {
    return (Long) stored.metadata().get(SHOWN);
  }

  private static boolean names(JsonNode json, String part) {
    for (JsonNode id : json.path("ids")) {
      if (id.asText().contains(part)) {
        return true;
      }
    }
    return false;
  }

  // Nobody cancels these timers.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void after(int millis, Runnable action) {
    task.registerTimer(task.getCurrentProcessingTime() + millis, at -> action.run());
  }

  private static void end(
      CompletableFuture<ChromaResponse> answer, IOException failure, int status) {
    if (failure == null) {
      answer.complete(Answers.chromas(status));
    } else {
      answer.completeExceptionally(failure);
    }
  }

  private static JsonNode parse(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
