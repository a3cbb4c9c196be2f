package io.chromasync.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.chromasync.model.ItemChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The DynamoDB streams of a table in memory, the one that is on and those before it. It speaks the
 * Streams API over HTTP and does on command what AWS does once in a while: shards split and rotate,
 * old records are trimmed, iterators expire, calls are throttled or fail, listings lack shards.
 *
 * <p>A model, not a recorder: it holds shards with records, and keys belong to shards by the hash
 * of the key, as items belong to partitions. Thread-safe.
 */
public final class FakeStreams implements AutoCloseable {

  private static final String ARN_OF_TABLE =
      "arn:aws:dynamodb:eu-west-1:000000000000:table/Receipts/stream/";

  /** The ARN of its first stream. */
  public static final String ARN = ARN_OF_TABLE + "2026-11-23T16:00:00.000";

  /** What its threads are called. */
  public static final String THREAD = "fake-streams";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SECOND = 1_000_000_000;
  private static final Duration RETENTION = Duration.ofHours(24);
  private static final int HASHES = 1 << 16;
  private static final int SHARDS_PER_PAGE = 3;

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(task -> new Thread(task, THREAD));
  private final Set<String> streams = new HashSet<>(Set.of(ARN));
  private final Map<String, FakeShard> shards = new LinkedHashMap<>();
  private final Map<String, Integer> pageCalls = new HashMap<>();
  private final Set<String> hanging = new HashSet<>();
  private final Random random;
  private String newest = ARN;
  private Set<String> unlisted = Set.of();
  private long sequence;
  private int shardNumber;
  private int epoch;
  private int recordsPerPage = 1000;
  private int toThrottle;
  private int toFail;
  private int toDeny;
  private boolean expiring;
  private boolean listingEveryOther;
  private int describeCalls;
  private int toAnswerEmpty;
  private int toListIncompletely;
  private int listings;
  private boolean enabled = true;
  private int refused;

  private FakeStreams(int openShards, long seed) throws IOException {
    this.random = new Random(seed);
    open(openShards);
    this.server = Loopback.server();
    server.createContext("/", this::serve);
    server.setExecutor(threads);
    server.start();
  }

  /**
   * Starts a stream.
   *
   * @param seed decides which shards an incomplete listing lacks
   */
  public static FakeStreams start(int openShards, long seed) {
    try {
      return new FakeStreams(openShards, seed);
    } catch (IOException e) {
      throw new UncheckedIOException("the fake stream cannot listen", e);
    }
  }

  public URI endpoint() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  @Override
  public synchronized void close() {
    hanging.clear();
    notifyAll();
    server.stop(0);
    threads.shutdownNow();
  }

  /** Records that an item was put, and returns the sequence number. */
  public synchronized String put(String key, String value) {
    return put(key, value, Instant.now());
  }

  public synchronized String put(String key, String value, Instant created) {
    FakeRecord record = FakeRecord.of(nextSequence(), key, value, created);
    shards.get(shardOf(key)).records.add(record);
    return record.sequence;
  }

  /** Records a change as it is, its version included; none of its shard may have the same. */
  public synchronized void put(ItemChange change) {
    shards.get(shardOf(change.partitionKey())).records.add(FakeRecord.of(change));
  }

  /** The open shard that a key's records go to. */
  public synchronized String shardOf(String key) {
    int hash = Math.floorMod(key.hashCode() * 31, HASHES);
    return shards.values().stream()
        .filter(shard -> !shard.closed && shard.from <= hash && hash < shard.to)
        .map(shard -> shard.id)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no open shard for " + key));
  }

  public synchronized List<String> openShards() {
    return shards.values().stream().filter(shard -> !shard.closed).map(s -> s.id).toList();
  }

  public synchronized List<String> closedShards() {
    return shards.values().stream().filter(shard -> shard.closed).map(s -> s.id).toList();
  }

  /** Closes a shard and opens one child in its place. */
  public synchronized String rotate(String id) {
    FakeShard shard = shards.get(id);
    shard.closed = true;
    return add(id, shard.from, shard.to);
  }

  /** Closes a shard and opens two children, each with half of its keys. */
  public synchronized List<String> split(String id) {
    FakeShard shard = shards.get(id);
    shard.closed = true;
    int middle = (shard.from + shard.to) / 2;
    return List.of(add(id, shard.from, middle), add(id, middle, shard.to));
  }

  /** Drops the oldest records of a shard and returns their sequence numbers. */
  public synchronized List<String> trim(String id, int records) {
    FakeShard shard = shards.get(id);
    List<String> trimmed = new ArrayList<>();
    while (trimmed.size() < records && shard.trimmed < shard.records.size()) {
      trimmed.add(shard.records.get(shard.trimmed++).sequence);
    }
    return trimmed;
  }

  /**
   * Drops what was created a day before now, as time does, and the shards found closed a day ago.
   *
   * @return the sequence numbers of the records dropped
   */
  public synchronized List<String> forget(Instant now) {
    Instant horizon = now.minus(RETENTION);
    List<String> trimmed = new ArrayList<>();
    for (FakeShard shard : List.copyOf(shards.values())) {
      long old = shard.records.stream().filter(r -> r.created.isBefore(horizon)).count();
      trimmed.addAll(trim(shard.id, (int) old - shard.trimmed));
      if (shard.closed && shard.closedBy == null) {
        shard.closedBy = now;
      } else if (shard.closed && shard.closedBy.isBefore(horizon)) {
        shards.remove(shard.id);
      }
    }
    return trimmed;
  }

  /** Drops a closed shard with all its records and returns their sequence numbers. */
  public synchronized List<String> remove(String id) {
    FakeShard shard = shards.remove(id);
    return shard.records.stream().map(record -> record.sequence).toList();
  }

  /** Every iterator given so far is refused from now on. */
  public synchronized void expireIterators() {
    epoch++;
  }

  /** Every iterator, from now on, has expired when it is used. */
  public synchronized void expireEveryIterator() {
    expiring = true;
  }

  /** The next calls are told that what they ask for does not exist. */
  public synchronized void deny(int calls) {
    toDeny = calls;
  }

  /** The next calls are throttled. */
  public synchronized void throttle(int calls) {
    toThrottle = calls;
  }

  /** Of the pages of listings, every second call is throttled. */
  public synchronized void throttleEveryOtherListingPage() {
    listingEveryOther = true;
  }

  /** The next calls fail with an internal error. */
  public synchronized void fail(int calls) {
    toFail = calls;
  }

  /** The next GetRecords calls bring nothing, whatever the shards hold. */
  public synchronized void answerEmpty(int calls) {
    toAnswerEmpty = calls;
  }

  /** The next listings each lack about a third of the shards. */
  public synchronized void listIncompletely(int times) {
    toListIncompletely = times;
  }

  public synchronized void recordsPerPage(int records) {
    recordsPerPage = records;
  }

  /** No second brings more pages of this shard than so many; what goes beyond is throttled. */
  public synchronized void limitPages(String id, int perSecond) {
    shards.get(id).pagesPerSecond = perSecond;
  }

  /** How many calls went beyond {@link #limitPages}. */
  public synchronized int refused() {
    return refused;
  }

  /** GetRecords of a shard gets no answer until {@link #release}. */
  public synchronized void hang(String id) {
    hanging.add(id);
  }

  public synchronized void release(String id) {
    hanging.remove(id);
    notifyAll();
  }

  /** Switches the stream off: its shards close and have no children. */
  public synchronized void disable() {
    enabled = false;
    shards.values().forEach(shard -> shard.closed = true);
  }

  /**
   * Switches a stream on again, which is another one; the old one can still be read.
   *
   * @return its ARN
   */
  public synchronized String enable(int openShards, Instant made) {
    newest = ARN_OF_TABLE + LocalDateTime.ofInstant(made, ZoneOffset.UTC);
    streams.add(newest);
    enabled = true;
    open(openShards);
    return newest;
  }

  /** Forgets a stream, as DynamoDB does a day after it was switched off. */
  public synchronized void removeStream(String arn) {
    streams.remove(arn);
    shards.values().removeIf(shard -> shard.stream.equals(arn));
  }

  /** How often a shard was asked for a page. */
  public synchronized int pageCalls(String id) {
    return pageCalls.getOrDefault(id, 0);
  }

  public synchronized int listings() {
    return listings;
  }

  private void open(int openShards) {
    for (int i = 0; i < openShards; i++) {
      add(null, HASHES * i / openShards, HASHES * (i + 1) / openShards);
    }
  }

  private String add(String parent, int from, int to) {
    String id = String.format(Locale.ROOT, "shardId-%08d", shardNumber++);
    FakeShard shard = new FakeShard(newest, id, parent, from, to);
    shards.put(shard.id, shard);
    return shard.id;
  }

  private String nextSequence() {
    return String.format(Locale.ROOT, "1%020d", ++sequence);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      int status = 200;
      ObjectNode response;
      try {
        response = answer(target, request);
      } catch (Refusal refusal) {
        status = refusal.status;
        response =
            JSON.createObjectNode()
                .put("__type", "com.amazonaws.dynamodb.v20120810#" + refusal.type)
                .put("message", refusal.getMessage());
      }
      byte[] body = JSON.writeValueAsBytes(response);
      exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private synchronized ObjectNode answer(String target, JsonNode request) throws Refusal {
    String operation = target.substring(target.indexOf('.') + 1);
    if (operation.equals("GetRecords")) {
      String shard = request.get("ShardIterator").asText().split("\\|", 3)[0];
      pageCalls.merge(shard, 1, Integer::sum);
      awaitRelease(shard);
    }
    if (toThrottle > 0) {
      toThrottle--;
      throw new Refusal(400, "LimitExceededException", "too many calls");
    }
    if (toDeny > 0) {
      toDeny--;
      throw new Refusal(400, "ResourceNotFoundException", "not found, by mistake");
    }
    if (toFail > 0) {
      toFail--;
      throw new Refusal(500, "InternalServerError", "a bad moment");
    }
    return switch (operation) {
      case "DescribeStream" -> describeStream(request);
      case "GetShardIterator" -> getShardIterator(request);
      case "GetRecords" -> getRecords(request);
      default -> throw new Refusal(400, "UnknownOperationException", operation);
    };
  }

  private void awaitRelease(String shard) throws Refusal {
    try {
      while (hanging.contains(shard)) {
        wait();
      }
    } catch (InterruptedException e) {
      throw new Refusal(500, "InternalServerError", "the server closes");
    }
  }

  private ObjectNode describeStream(JsonNode request) throws Refusal {
    String arn = streamOf(request);
    if (listingEveryOther && ++describeCalls % 2 == 0) {
      throw new Refusal(400, "LimitExceededException", "too many listings");
    }
    if (!request.hasNonNull("ExclusiveStartShardId")) {
      beginListing();
    }
    String after = request.path("ExclusiveStartShardId").asText("");
    List<FakeShard> rest =
        shards.values().stream()
            .filter(shard -> shard.stream.equals(arn))
            .filter(shard -> shard.id.compareTo(after) > 0 && !unlisted.contains(shard.id))
            .toList();
    List<FakeShard> page = rest.subList(0, Math.min(SHARDS_PER_PAGE, rest.size()));
    ObjectNode description = JSON.createObjectNode();
    boolean live = enabled && arn.equals(newest);
    description.put("StreamArn", arn).put("StreamStatus", live ? "ENABLED" : "DISABLED");
    description.put("StreamViewType", "NEW_AND_OLD_IMAGES").put("TableName", "Receipts");
    ArrayNode keys = description.putArray("KeySchema");
    keys.addObject().put("AttributeName", "PK").put("KeyType", "HASH");
    keys.addObject().put("AttributeName", "SK").put("KeyType", "RANGE");
    ArrayNode list = description.putArray("Shards");
    page.forEach(shard -> list.add(shard.describe()));
    if (page.size() < rest.size()) {
      description.put("LastEvaluatedShardId", page.get(page.size() - 1).id);
    }
    return JSON.createObjectNode().set("StreamDescription", description);
  }

  private void beginListing() {
    listings++;
    unlisted = new HashSet<>();
    if (toListIncompletely > 0) {
      toListIncompletely--;
      shards.keySet().stream().filter(id -> random.nextInt(3) == 0).forEach(unlisted::add);
    }
  }

  private ObjectNode getShardIterator(JsonNode request) throws Refusal {
    FakeShard shard = find(request.get("ShardId").asText());
    if (!shard.stream.equals(streamOf(request))) {
      throw new Refusal(400, "ResourceNotFoundException", "no shard of this stream");
    }
    int index =
        switch (request.get("ShardIteratorType").asText()) {
          case "TRIM_HORIZON" -> shard.trimmed;
          case "AFTER_SEQUENCE_NUMBER" -> shard.indexOf(request.get("SequenceNumber").asText()) + 1;
          default -> throw new Refusal(400, "ValidationException", "iterator type");
        };
    return JSON.createObjectNode().put("ShardIterator", iterator(shard, index));
  }

  private ObjectNode getRecords(JsonNode request) throws Refusal {
    String[] iterator = request.get("ShardIterator").asText().split("\\|", 3);
    FakeShard shard = find(iterator[0]);
    int index = Integer.parseInt(iterator[1]);
    if (expiring || Integer.parseInt(iterator[2]) != epoch) {
      throw new Refusal(400, "ExpiredIteratorException", "Iterator expired");
    }
    if (index < shard.trimmed) {
      throw new Refusal(400, "TrimmedDataAccessException", "beyond the trim horizon");
    }
    if (!shard.takesCall(System.nanoTime())) {
      refused++;
      throw new Refusal(400, "LimitExceededException", "too many pages of a shard");
    }
    int end = Math.min(shard.records.size(), index + recordsPerPage);
    if (toAnswerEmpty > 0) {
      toAnswerEmpty--;
      end = index;
    }
    ObjectNode response = JSON.createObjectNode();
    ArrayNode records = response.putArray("Records");
    shard.records.subList(index, end).forEach(record -> records.addRawValue(record.json));
    if (!shard.closed || end < shard.records.size()) {
      response.put("NextShardIterator", iterator(shard, end));
    }
    return response;
  }

  private String iterator(FakeShard shard, int index) {
    return shard.id + "|" + index + "|" + epoch;
  }

  private FakeShard find(String id) throws Refusal {
    FakeShard shard = shards.get(id);
    if (shard == null) {
      throw new Refusal(400, "ResourceNotFoundException", "no shard " + id);
    }
    return shard;
  }

  private String streamOf(JsonNode request) throws Refusal {
    String arn = request.get("StreamArn").asText();
    if (!streams.contains(arn)) {
      throw new Refusal(400, "ResourceNotFoundException", "no such stream");
    }
    return arn;
  }

  private static final class FakeShard {
    private final String stream;
    private final String id;
    private final String parent;
    private final int from;
    private final int to;
    private final List<FakeRecord> records = new ArrayList<>();
    private int trimmed;
    private boolean closed;
    private Instant closedBy;
    private final Deque<Long> calls = new ArrayDeque<>();
    private int pagesPerSecond = Integer.MAX_VALUE;

    private FakeShard(String stream, String id, String parent, int from, int to) {
      this.stream = stream;
      this.id = id;
      this.parent = parent;
      this.from = from;
      this.to = to;
    }

    /** Counts a call, if few enough were taken within the last second. */
    private boolean takesCall(long nanos) {
      calls.removeIf(call -> nanos - call >= SECOND);
      return calls.size() < pagesPerSecond && calls.add(nanos);
    }

    private ObjectNode describe() {
      ObjectNode shard = JSON.createObjectNode().put("ShardId", id);
      if (parent != null) {
        shard.put("ParentShardId", parent);
      }
      ObjectNode range = shard.putObject("SequenceNumberRange");
      range.put("StartingSequenceNumber", "1");
      if (closed) {
        range.put("EndingSequenceNumber", "2");
      }
      return shard;
    }

    private int indexOf(String sequence) throws Refusal {
      for (int i = trimmed; i < records.size(); i++) {
        if (records.get(i).sequence.equals(sequence)) {
          return i;
        }
      }
      throw new Refusal(400, "TrimmedDataAccessException", "beyond the trim horizon");
    }
  }

  private record FakeRecord(String sequence, Instant created, RawValue json) {

    static FakeRecord of(String sequence, String key, String value, Instant created) {
      ObjectNode keys = keys(key, "RECEIPT");
      ObjectNode item = keys.deepCopy();
      item.putObject("value").put("S", value);
      return of(sequence, created, "MODIFY", body(keys, item, null));
    }

    static FakeRecord of(ItemChange change) {
      return of(
          change.version().sequence(),
          Instant.EPOCH.plus(change.version().micros(), ChronoUnit.MICROS),
          change.operation().name(),
          body(
              keys(change.partitionKey(), change.sortKey()),
              parse(change.newItem()),
              parse(change.oldItem())));
    }

    private static FakeRecord of(
        String sequence, Instant created, String operation, ObjectNode body) {
      body.put("ApproximateCreationDateTime", created.getEpochSecond());
      body.put("SequenceNumber", sequence);
      ObjectNode record = JSON.createObjectNode().put("eventName", operation);
      record.set("dynamodb", body);
      return new FakeRecord(sequence, created, new RawValue(record.toString()));
    }

    private static ObjectNode keys(String partition, String sort) {
      ObjectNode keys = JSON.createObjectNode();
      keys.putObject("PK").put("S", partition);
      keys.putObject("SK").put("S", sort);
      return keys;
    }

    /** Items may be null: there is none. */
    private static ObjectNode body(ObjectNode keys, JsonNode newItem, JsonNode oldItem) {
      ObjectNode body = JSON.createObjectNode();
      body.set("Keys", keys);
      if (newItem != null) {
        body.set("NewImage", newItem);
      }
      if (oldItem != null) {
        body.set("OldImage", oldItem);
      }
      return body;
    }

    private static JsonNode parse(String item) {
      try {
        return item == null ? null : JSON.readTree(item);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Refusal extends Exception {
    private final int status;
    private final String type;

    private Refusal(int status, String type, String message) {
      super(message);
      this.status = status;
      this.type = type;
    }
  }
}
