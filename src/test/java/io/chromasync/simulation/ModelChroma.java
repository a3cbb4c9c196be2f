package io.chromasync.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.chroma.SimulatedSink;
import io.chromasync.model.Collection;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.ChromaModel.Stored;
import io.chromasync.testing.WriteJson;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A Chroma in simulated time, with faults by chance. Whoever watches it sees every record that a
 * write has changed, at the moment it is changed.
 *
 * <p>A request that is done is done within {@link #ON_ITS_WAY_MILLIS}, whatever becomes of its
 * answer.
 */
final class ModelChroma implements SimulatedSink.Server {

  /** How long a request that nobody waits for any more can still be on its way. */
  static final int ON_ITS_WAY_MILLIS = 2_000;

  private static final int LATENCY_MILLIS = 60;

  /** Most faults of one history, so that it ends. */
  private static final int MOST_FAULTS = 40;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What sees the effect of writes. */
  interface Watcher {

    /** A write names these records; of a filter, those that it has changed. */
    void written(String operation, Set<String> ids);

    /** A record is shown anew; null = no longer. */
    void shown(String id, Stored record);
  }

  private final Map<Collection, ChromaModel> collections =
      Map.of(Collection.WORDS, new ChromaModel(), Collection.LINES, new ChromaModel());
  private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
  private final RandomGenerator random;
  private final Faults mix;
  private final Parts parts;
  private final Watcher watcher;
  private final Story story;
  private SimulatedSink sink;
  private long downUntil;
  private int writes;

  ModelChroma(RandomGenerator random, Faults mix, Parts parts, Watcher watcher, Story story) {
    this.random = random;
    this.mix = mix;
    this.parts = parts;
    this.watcher = watcher;
    this.story = story;
  }

  /** Whose time it lives in. */
  void join(SimulatedSink writer) {
    sink = writer;
  }

  Map<Collection, ChromaModel> collections() {
    return collections;
  }

  /** What it holds of both collections. */
  Map<String, Stored> records() {
    Map<String, Stored> records = new TreeMap<>();
    collections.values().forEach(model -> records.putAll(model.records()));
    return records;
  }

  Map<Fault, Integer> faults() {
    return faults;
  }

  int writes() {
    return writes;
  }

  /** While it is down connections to it break. */
  @Override
  public void heartbeat(SimulatedSink.Reply reply) {
    boolean isDown = sink.now() < downUntil;
    sink.at(
        sink.now() + random.nextInt(LATENCY_MILLIS),
        isDown ? reply::breakConnection : () -> reply.answer(200, Duration.ZERO));
  }

  @Override
  public void post(String collection, String operation, String body, SimulatedSink.Reply reply) {
    Request request =
        new Request(
            Collection.valueOf(collection.toUpperCase(Locale.ROOT)), operation, body, reply);
    if (sink.now() < downUntil) {
      request.breakIn(random.nextInt(LATENCY_MILLIS));
      return;
    }
    Fault fault = draw();
    if (fault == null) {
      request.applyIn(random.nextInt(LATENCY_MILLIS)).answerAfterwards(200);
      return;
    }
    story.tell(() -> "  chroma: %s of %s".formatted(fault, request));
    faults.merge(fault, 1, Integer::sum);
    fail(request, fault);
  }

  private Fault draw() {
    int happened = faults.values().stream().mapToInt(n -> n).sum();
    return happened < MOST_FAULTS ? mix.draw(random) : null;
  }

  private void fail(Request request, Fault fault) {
    int soon = random.nextInt(LATENCY_MILLIS);
    switch (fault) {
      case THROTTLED -> request.answerIn(soon, 429);
      case FAILED_BEFORE -> request.answerIn(soon, 500);
      case UNAUTHORIZED -> request.answerIn(soon, 401);
      case FAILED_AFTER -> request.applyIn(soon).answerAfterwards(500);
      case CUT_BEFORE -> request.breakIn(soon);
      case CUT_AFTER -> request.applyIn(soon).breakAfterwards();
      case HUNG_BEFORE -> {}
      case HUNG_AFTER -> request.applyIn(random.nextInt(ON_ITS_WAY_MILLIS));
      case APPLIED_LATE -> {
        request.breakIn(soon);
        request.applyIn(soon + random.nextInt(ON_ITS_WAY_MILLIS - LATENCY_MILLIS));
      }
      case DOWN -> {
        downUntil = sink.now() + mix.outageMillis(random);
        request.breakIn(soon);
      }
    }
  }

  private void apply(Request request) {
    ChromaModel model = collections.get(request.collection);
    List<String> named = WriteJson.ids(request.body);
    Map<String, Stored> before = new TreeMap<>();
    if (named.isEmpty()) {
      before.putAll(model.records());
    } else {
      named.forEach(id -> before.put(id, model.records().get(id)));
    }
    WriteJson.apply(model, request.operation, request.body);
    writes++;
    Set<String> changed = new TreeSet<>(before.keySet());
    changed.removeIf(id -> Objects.equals(before.get(id), model.records().get(id)));
    story.tell(() -> "  chroma: at %s %s, changes %s".formatted(sink.now(), request, changed));
    watcher.written(request.operation, named.isEmpty() ? changed : before.keySet());
    for (String id : changed) {
      watcher.shown(id, model.records().get(id));
    }
  }

  /** One request on its way. */
  private final class Request {

    private final Collection collection;
    private final String operation;
    private final JsonNode body;
    private final SimulatedSink.Reply reply;
    private final Duration retryAfter = Duration.ofSeconds(random.nextInt(3));
    private long time = sink.now();

    private Request(
        Collection collection, String operation, String body, SimulatedSink.Reply reply) {
      this.collection = collection;
      this.operation = operation;
      this.body = parse(body);
      this.reply = reply;
    }

    /** Unless the server is down then. */
    private Request applyIn(int millis) {
      time += millis;
      sink.at(
          time,
          () -> {
            if (sink.now() >= downUntil) {
              apply(this);
            }
          });
      return this;
    }

    private void answerAfterwards(int status) {
      answerIn(random.nextInt(LATENCY_MILLIS), status);
    }

    private void breakAfterwards() {
      breakIn(random.nextInt(LATENCY_MILLIS));
    }

    private void answerIn(int millis, int status) {
      sink.at(
          time + millis,
          () -> {
            if (sink.now() >= downUntil) {
              reply.answer(parts.answered(status), retryAfter);
            } else {
              reply.breakConnection();
            }
          });
    }

    private void breakIn(int millis) {
      sink.at(time + millis, reply::breakConnection);
    }

    @Override
    public String toString() {
      String what = body.has("where") ? body.toString() : WriteJson.ids(body).toString();
      return "%s in %s of %s".formatted(operation, collection, what);
    }
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a request is no JSON: " + body, e);
    }
  }
}
