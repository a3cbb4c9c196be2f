package io.chromasync.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.chromasync.testing.ChromaModel.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A Chroma in memory that speaks the v2 API on a loopback port: collections of {@link ChromaModel},
 * the limits and refusals of the real server, and faults on request:
 *
 * <pre>{@code
 * try (FakeChroma chroma = FakeChroma.start()) {
 *   chroma.fail(2, Fault.status(503)); // the next two writes
 *   … write to chroma.url() …
 *   chroma.records("words"); // what it holds
 *   chroma.writes(); // what it applied, in order
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads; it applies one write at a time.
 */
public final class FakeChroma implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TENANT = "/api/v2/tenants/default_tenant";
  private static final String DATABASE = TENANT + "/databases/default_database";
  private static final String COLLECTIONS = DATABASE + "/collections";

  /**
   * A write that was applied.
   *
   * @param operation upsert, update or delete
   * @param body as it came
   */
  public record Write(String collection, String operation, List<String> ids, String body) {}

  /** What goes wrong with one write. */
  public record Fault(Kind kind, int status, int retryAfterSeconds) {

    /** The ways to go wrong. */
    public enum Kind {
      /** Answers with a status and does not apply it. */
      ANSWER,
      /** Answers with a page, as what stands in front of a server does; does not apply it. */
      PAGE_BEFORE,
      /** Applies it and answers with a page. */
      PAGE_AFTER,
      /** Neither applies nor answers it, until the server closes. */
      HANG,
      /** Closes the connection without applying it. */
      CUT_BEFORE,
      /** Applies it and closes the connection without an answer. */
      CUT_AFTER
    }

    public static Fault status(int status) {
      return new Fault(Kind.ANSWER, status, 0);
    }

    public static Fault status(int status, int retryAfterSeconds) {
      return new Fault(Kind.ANSWER, status, retryAfterSeconds);
    }

    /** A page instead of a response of Chroma's; not applied. */
    public static Fault pageBefore(int status) {
      return new Fault(Kind.PAGE_BEFORE, status, 0);
    }

    /** A page instead of a response of Chroma's; applied all the same. */
    public static Fault pageAfter(int status) {
      return new Fault(Kind.PAGE_AFTER, status, 0);
    }

    public static Fault hang() {
      return new Fault(Kind.HANG, 0, 0);
    }

    public static Fault cutBefore() {
      return new Fault(Kind.CUT_BEFORE, 0, 0);
    }

    public static Fault cutAfter() {
      return new Fault(Kind.CUT_AFTER, 0, 0);
    }
  }

  private record Reply(int status, String type, String body) {

    Reply(int status, String body) {
      this(status, "application/json", body);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, ChromaModel> collections = new TreeMap<>();
  private final Queue<Fault> faults = new ArrayDeque<>();
  private final List<Write> writes = new ArrayList<>();
  private String token;
  private boolean arrays = true;
  private boolean base64 = true;
  private int maxBatch = 5_461;
  private String poison;
  private String space = "l2";
  private String deniedPaths;

  private FakeChroma(HttpServer server) {
    this.server = server;
  }

  public static FakeChroma start() {
    try {
      HttpServer server = Loopback.server();
      FakeChroma chroma = new FakeChroma(server);
      server.setExecutor(chroma.threads);
      server.createContext("/", chroma::handle);
      server.start();
      return chroma;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Refuses requests without this token from now on. */
  public synchronized FakeChroma requireToken(String required) {
    token = required;
    return this;
  }

  /** Whether metadata may hold arrays; the default is yes. */
  public synchronized FakeChroma arrays(boolean taken) {
    arrays = taken;
    return this;
  }

  /** Whether vectors may be base64; the default is yes. */
  public synchronized FakeChroma base64(boolean taken) {
    base64 = taken;
    return this;
  }

  /** Announces and enforces this limit; the default is 5461. */
  public synchronized FakeChroma maxBatch(int records) {
    maxBatch = records;
    return this;
  }

  /** The distance function of all collections; the default is l2. */
  public synchronized FakeChroma space(String name) {
    space = name;
    return this;
  }

  /** Denies what a key may not do: requests whose method and path match, as GET /api/v2/…. */
  public synchronized FakeChroma deny(String pattern) {
    deniedPaths = pattern;
    return this;
  }

  /** Refuses every write that names a record with this in its id. */
  public synchronized FakeChroma poison(String inId) {
    poison = inId;
    return this;
  }

  /** Lets the next writes fail, after those that were told before. */
  public synchronized FakeChroma fail(int times, Fault fault) {
    for (int i = 0; i < times; i++) {
      faults.add(fault);
    }
    return this;
  }

  /** What a collection holds, by id; empty if there is no such collection. */
  public synchronized SortedMap<String, Stored> records(String collection) {
    ChromaModel model = collections.get(collection);
    return model == null ? new TreeMap<>() : new TreeMap<>(model.records());
  }

  /** What was applied, in order. */
  public synchronized List<Write> writes() {
    return List.copyOf(writes);
  }

  /** How many faults have not happened yet. */
  public synchronized int faultsLeft() {
    return faults.size();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (!isAuthorized(exchange)) {
        send(exchange, error(401, "AuthError", "Unauthorized"));
      } else if (isDenied(exchange.getRequestMethod() + " " + path)) {
        send(exchange, error(403, "AuthError", "Permission denied."));
      } else if (isWrite(path)) {
        write(exchange, path, JSON.readTree(body), body);
      } else {
        send(exchange, answer(exchange.getRequestMethod(), path, body));
      }
    }
  }

  private synchronized boolean isAuthorized(HttpExchange exchange) {
    return token == null || token.equals(exchange.getRequestHeaders().getFirst("X-Chroma-Token"));
  }

  private synchronized boolean isDenied(String request) {
    return deniedPaths != null && request.matches(deniedPaths);
  }

  private static boolean isWrite(String path) {
    return path.matches(".*/(upsert|update|delete)");
  }

  private void write(HttpExchange exchange, String path, JsonNode json, String body)
      throws IOException {
    Fault fault = nextFault(json);
    if (fault == null) {
      send(exchange, apply(path, json, body));
    } else {
      switch (fault.kind()) {
        case ANSWER -> {
          if (fault.retryAfterSeconds() > 0) {
            exchange.getResponseHeaders().add("Retry-After", "" + fault.retryAfterSeconds());
          }
          send(exchange, error(fault.status(), "Fault", "as asked for"));
        }
        case PAGE_BEFORE -> send(exchange, page(fault.status(), body));
        case PAGE_AFTER -> {
          apply(path, json, body);
          send(exchange, page(fault.status(), body));
        }
        case HANG -> awaitClose();
        case CUT_BEFORE -> {}
        case CUT_AFTER -> apply(path, json, body);
      }
    }
  }

  /** A write of our own records only: a preflight's probe goes through. */
  private synchronized Fault nextFault(JsonNode json) {
    return json.path("ids").path(0).asText().startsWith("chromasync-") ? null : faults.poll();
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Reply answer(String method, String path, String body) throws IOException {
    return switch (path) {
      case "/api/v2/heartbeat" -> new Reply(200, "{\"nanosecond heartbeat\":1}");
      case "/api/v2/pre-flight-checks" ->
          new Reply(
              200,
              "{\"max_batch_size\":%s,\"supports_base64_encoding\":%b}"
                  .formatted(maxBatch, base64));
      case TENANT -> new Reply(200, "{\"name\":\"default_tenant\"}");
      case DATABASE -> new Reply(200, "{\"name\":\"default_database\"}");
      case COLLECTIONS -> method.equals("GET") ? list() : create(JSON.readTree(body));
      default -> read(path, body);
    };
  }

  private Reply list() {
    ArrayNode names = JSON.createArrayNode();
    collections.keySet().forEach(name -> names.addObject().put("name", name).put("id", name));
    return new Reply(200, names.toString());
  }

  /** The name serves as the id. */
  private Reply create(JsonNode json) {
    String name = json.path("name").asText();
    if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9._-]{1,510}[a-zA-Z0-9]")) {
      return error(400, "InvalidArgumentError", "Validation error: name. Got: " + name);
    }
    collections.computeIfAbsent(name, unused -> new ChromaModel());
    return new Reply(200, description(name));
  }

  private String description(String name) {
    ObjectNode collection = JSON.createObjectNode().put("id", name).put("name", name);
    collection.putObject("configuration_json").putObject("hnsw").put("space", space);
    Integer dimension =
        collections.get(name).records().values().stream()
            .filter(stored -> stored.embedding() != null)
            .map(stored -> stored.embedding().size())
            .findFirst()
            .orElse(null);
    return collection.put("dimension", dimension).toString();
  }

  private Reply read(String path, String body) throws IOException {
    if (!path.startsWith(COLLECTIONS + "/")) {
      return error(404, "NotFoundError", path + " not found");
    }
    String[] parts = path.substring(COLLECTIONS.length() + 1).split("/", -1);
    ChromaModel model = collections.get(parts[0]);
    if (model == null) {
      return error(404, "NotFoundError", "Collection [%s] does not exist".formatted(parts[0]));
    }
    if (parts.length == 1) {
      return new Reply(200, description(parts[0]));
    }
    return parts[1].equals("count")
        ? new Reply(200, "" + model.records().size())
        : get(model, JSON.readTree(body));
  }

  private static Reply get(ChromaModel model, JsonNode query) {
    ObjectNode page = JSON.createObjectNode();
    page.putArray("ids");
    page.putArray("embeddings");
    page.putArray("documents");
    page.putArray("metadatas");
    model.records().entrySet().stream()
        .filter(each -> !query.has("ids") || WriteJson.ids(query).contains(each.getKey()))
        .filter(each -> WriteJson.isMeant(query, each.getValue().metadata()))
        .skip(query.path("offset").asInt(0))
        .limit(query.path("limit").asInt(Integer.MAX_VALUE))
        .forEach(
            entry -> {
              page.withArray("ids").add(entry.getKey());
              page.withArray("embeddings").addPOJO(entry.getValue().embedding());
              page.withArray("documents").add(entry.getValue().document());
              page.withArray("metadatas").addPOJO(entry.getValue().metadata());
            });
    return new Reply(200, JSON.valueToTree(page).toString());
  }

  private synchronized Reply apply(String path, JsonNode json, String body) {
    String[] parts = path.substring(COLLECTIONS.length() + 1).split("/", -1);
    ChromaModel model = collections.get(parts[0]);
    if (model == null) {
      return error(404, "NotFoundError", "Collection [%s] does not exist".formatted(parts[0]));
    }
    Reply refusal = refusal(parts[1], json);
    if (refusal != null) {
      return refusal;
    }
    WriteJson.apply(model, parts[1], json);
    // Marks are no records, and come with every checkpoint.
    if (!WriteJson.isMark(WriteJson.ids(json).toString())) {
      writes.add(new Write(parts[0], parts[1], WriteJson.ids(json), body));
    }
    return new Reply(200, "{}");
  }

  private Reply refusal(String operation, JsonNode json) {
    if (json.path("ids").size() > maxBatch) {
      return error(400, "InvalidArgumentError", "more than %s records".formatted(maxBatch));
    }
    if (operation.equals("upsert") && json.path("embeddings").size() != json.path("ids").size()) {
      return error(422, "ChromaError", "embeddings missing");
    }
    for (JsonNode id : json.path("ids")) {
      if (poison != null && id.asText().contains(poison)) {
        return error(422, "ChromaError", "poison");
      }
    }
    for (JsonNode metadata : json.path("metadatas")) {
      for (JsonNode value : metadata) {
        if (value.isObject() || (value.isArray() && !arrays)) {
          return error(422, "ChromaError", "metadatas: no variant of UpdateMetadataValue");
        }
      }
    }
    return null;
  }

  /** Shows what was asked, as some do. */
  private static Reply page(int status, String request) {
    String shown = request.replace("&", "&amp;").replace("\"", "&quot;");
    return new Reply(status, "text/html", "<!doctype html><title>Soon back</title> " + shown);
  }

  private static Reply error(int status, String error, String message) {
    return new Reply(
        status, JSON.createObjectNode().put("error", error).put("message", message).toString());
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    byte[] bytes = reply.body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", reply.type);
    exchange.sendResponseHeaders(reply.status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
