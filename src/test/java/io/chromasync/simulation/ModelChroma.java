package io.chromasync.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.chroma.SimulatedSink;
import io.chromasync.model.CollectionName;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.ChromaModel.Stored;
import io.chromasync.testing.WriteJson;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
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
  static final int MOST_FAULTS = 40;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What sees the effect of writes. */
  interface Watcher {

    /** A write names these records; of a filter, those that it has changed. */
    void written(String operation, Set<String> ids);

    /** A record is shown anew; null = no longer. */
    void shown(String id, Stored record);

    /** It is said up to which instant a task's records of a collection are fresh; 0 = nothing. */
    void published(String collection, int task, long upTo);
  }

  private final Map<CollectionName, ChromaModel> collections =
      Map.of(ReceiptTree.WORDS, new ChromaModel(), ReceiptTree.LINES, new ChromaModel());
  private final ChromaModel marks = new ChromaModel();
  private final ChromaModel fresh = new ChromaModel();
  private final Map<Integer, Long> firstMarks = new TreeMap<>();
  private final Map<SimulatedFault, Integer> faults = new EnumMap<>(SimulatedFault.class);
  private final RandomGenerator random;
  private final Faults mix;
  private final Parts parts;
  private final Watcher watcher;
  private final Story story;
  private SimulatedSink sink;
  private long downUntil;
  private int writes;
  private int life;

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

  Map<CollectionName, ChromaModel> collections() {
    return collections;
  }

  /** What it holds of both collections. */
  Map<String, Stored> records() {
    Map<String, Stored> records = new TreeMap<>();
    collections.values().forEach(model -> records.putAll(model.records()));
    return records;
  }

  /**
   * All that it holds at one moment.
   *
   * @param marks of the writers; empty if there are none yet
   * @param fresh what the writers have published
   */
  record Copy(
      Map<CollectionName, Map<String, Stored>> records,
      Map<String, Stored> marks,
      Map<String, Stored> fresh) {

    /** The timestamps of its marks, by task. */
    Map<Integer, Long> marked() {
      return timestamps(marks, "at");
    }

    /** When each task published something of freshness. */
    Map<Integer, Long> published() {
      return timestamps(fresh, "published_at");
    }
  }

  private static Map<Integer, Long> timestamps(Map<String, Stored> marks, String key) {
    Map<Integer, Long> timestamps = new TreeMap<>();
    for (Stored mark : marks.values()) {
      int task = ((Number) mark.metadata().get("task")).intValue();
      timestamps.put(task, (Long) mark.metadata().get(key));
    }
    return timestamps;
  }

  /** The timestamps of the first marks that it ever held, by task. */
  Map<Integer, Long> firstMarks() {
    return firstMarks;
  }

  Copy copy() {
    Map<CollectionName, Map<String, Stored>> records = new HashMap<>();
    collections.forEach((each, model) -> records.put(each, new TreeMap<>(model.records())));
    return new Copy(records, new TreeMap<>(marks.records()), new TreeMap<>(fresh.records()));
  }

  /** It is started on a copy, after a while in which it is away; what is on its way is lost. */
  void goBack(Copy copy, int awayMillis) {
    life++;
    downUntil = Math.max(downUntil, sink.now() + awayMillis);
    copy.records()
        .forEach(
            (each, records) -> {
              collections.get(each).records().clear();
              collections.get(each).records().putAll(records);
            });
    marks.records().clear();
    marks.records().putAll(copy.marks());
    fresh.records().clear();
    fresh.records().putAll(copy.fresh());
  }

  /** The timestamps of its marks, by task. */
  Map<Integer, Long> marked() {
    return timestamps(marks.records(), "at");
  }

  /** The ids of the records that say something of freshness. */
  Set<String> freshNow() {
    Set<String> ids = new TreeSet<>(fresh.records().keySet());
    ids.removeIf(id -> upTo(fresh.records().get(id).metadata()) == 0);
    return ids;
  }

  private static long upTo(Map<String, Object> metadata) {
    return (Long) metadata.get("fresh_up_to");
  }

  Map<SimulatedFault, Integer> faults() {
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
    Request request = new Request(collection, operation, body, reply);
    if (sink.now() < downUntil) {
      request.breakIn(random.nextInt(LATENCY_MILLIS));
      return;
    }
    SimulatedFault fault = draw();
    if (fault == null) {
      request.applyIn(random.nextInt(LATENCY_MILLIS)).answerAfterwards(200);
      return;
    }
    story.tell(() -> "  chroma: %s of %s".formatted(fault, request));
    faults.merge(fault, 1, Integer::sum);
    fail(request, fault);
  }

  private SimulatedFault draw() {
    int happened = faults.values().stream().mapToInt(n -> n).sum();
    return happened < MOST_FAULTS ? mix.draw(random) : null;
  }

  private void fail(Request request, SimulatedFault fault) {
    int soon = random.nextInt(LATENCY_MILLIS);
    switch (fault) {
      case THROTTLED -> request.answerIn(soon, 429);
      case FAILED_BEFORE -> request.answerIn(soon, 500);
      case UNAUTHORIZED -> request.answerIn(soon, 401);
      case FAILED_AFTER -> request.applyIn(soon).answerAfterwards(500);
      case FOREIGN_BEFORE -> request.answerInItsPlaceIn(soon);
      case FOREIGN_AFTER -> request.applyIn(soon).answerInItsPlaceIn(soon);
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
    if (request.collection == null) {
      request.result = request.name.equals("marks") ? marked(request) : published(request);
      return;
    }
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

  /** Reads or writes marks. */
  private String marked(Request request) {
    story.tell(() -> "  chroma: at %s %s %s".formatted(sink.now(), request, request.body));
    if (request.operation.equals("upsert")) {
      WriteJson.apply(marks, request.operation, request.body);
      timestamps(marks.records(), "at")
          .forEach((task, at) -> firstMarks.merge(task, at, Math::min));
      return "{}";
    }
    return found(marks.records().values(), request.body);
  }

  /** Reads, writes or deletes what is said of freshness. */
  private String published(Request request) {
    story.tell(
        () ->
            "  chroma: at %s %s, up to %s"
                .formatted(
                    sink.now(), request, request.body.path("metadatas").findValues("fresh_up_to")));
    List<String> ids = WriteJson.ids(request.body);
    if (request.operation.equals("get")) {
      Map<String, Stored> named = new TreeMap<>(fresh.records());
      named.keySet().removeIf(id -> !ids.isEmpty() && !ids.contains(id));
      return found(named.values(), request.body);
    }
    WriteJson.apply(fresh, request.operation, request.body);
    for (String id : ids) {
      Map<String, Object> metadata = fresh.records().get(id).metadata();
      watcher.published(
          metadata.get("collection").toString(),
          ((Long) metadata.get("task")).intValue(),
          upTo(metadata));
    }
    return "{}";
  }

  private static String found(Collection<Stored> records, JsonNode query) {
    List<Map<String, Object>> found =
        records.stream()
            .map(Stored::metadata)
            .filter(metadata -> WriteJson.isMeant(query, metadata))
            .toList();
    return JSON.valueToTree(
            Map.of("ids", found.stream().map(each -> "id").toList(), "metadatas", found))
        .toString();
  }

  /** One request on its way. */
  private final class Request {

    private final String name;
    private final CollectionName collection;
    private final String operation;
    private final JsonNode body;
    private final SimulatedSink.Reply reply;
    private final Duration retryAfter = Duration.ofSeconds(random.nextInt(3));
    private final int begunIn = life;
    private long time = sink.now();
    private String result = "{}";

    private Request(String collection, String operation, String body, SimulatedSink.Reply reply) {
      this.name = collection;
      this.collection =
          Set.of("marks", "fresh").contains(collection) ? null : new CollectionName(collection);
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
            if (isReached()) {
              apply(this);
            }
          });
      return this;
    }

    /** Whether the server is there, and still the one that it began with. */
    private boolean isReached() {
      return sink.now() >= downUntil && begunIn == life;
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
            if (isReached()) {
              reply.answer(parts.answered(status), result, retryAfter);
            } else {
              reply.breakConnection();
            }
          });
    }

    /** Whoever stands in front of the server answers while it is down too. */
    private void answerInItsPlaceIn(int millis) {
      sink.at(
          time + millis,
          () -> {
            if (parts.believes(200)) {
              reply.answer(200, retryAfter);
            } else {
              reply.answerInItsPlace(200);
            }
          });
    }

    private void breakIn(int millis) {
      sink.at(time + millis, reply::breakConnection);
    }

    @Override
    public String toString() {
      String what = body.has("where") ? body.toString() : WriteJson.ids(body).toString();
      return "%s in %s of %s".formatted(operation, name, what);
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
