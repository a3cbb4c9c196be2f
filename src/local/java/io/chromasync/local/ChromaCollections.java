package io.chromasync.local;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.local.samples.ChromaRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The collections of a Chroma server as the producer fills them and a reader sees them, over the v2
 * API. Shares no code with the job's own client, so that it can tell when that one is wrong.
 * Thread-safe.
 */
final class ChromaCollections {

  private static final String DATABASE =
      "/api/v2/tenants/default_tenant/databases/default_database";
  private static final int WRITE = 500;
  private static final int READ = 250;
  private static final int ATTEMPTS = 20;
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(250);

  private final JsonHttp http;
  private final Map<String, String> paths = new ConcurrentHashMap<>();

  ChromaCollections(String url) {
    this.http = new JsonHttp(url);
  }

  /** Whether metadata values may be arrays; tried once on a collection of its own. */
  boolean takesArrays() {
    String scratch = "arrays-probe";
    ChromaRecord probe =
        new ChromaRecord("probe", new float[] {1}, "probe", Map.of("list", List.of("one")));
    boolean taken = http.tryPost(path(scratch) + "/upsert", upsertBody(List.of(probe))).isSuccess();
    http.delete(DATABASE + "/collections/" + scratch);
    paths.remove(scratch);
    return taken;
  }

  /** The names of all collections. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    http.get(DATABASE + "/collections").forEach(each -> names.add(each.get("name").asText()));
    return names;
  }

  /** Looks up the ids of collections again, after some were renamed. */
  void forgetIds() {
    paths.clear();
  }

  void upsert(String collection, List<ChromaRecord> records) {
    for (int from = 0; from < records.size(); from += WRITE) {
      List<ChromaRecord> part = records.subList(from, Math.min(from + WRITE, records.size()));
      http.post(path(collection) + "/upsert", upsertBody(part));
    }
  }

  void delete(String collection, List<String> ids) {
    http.post(path(collection) + "/delete", Map.of("ids", ids));
  }

  /** All records; not of one moment if others write meanwhile. */
  Map<String, ChromaRecord> all(String collection) {
    Map<String, ChromaRecord> records = new TreeMap<>();
    for (int offset = 0; ; offset += READ) {
      Map<String, ChromaRecord> page =
          get(
              collection,
              Map.of(
                  "limit",
                  READ,
                  "offset",
                  offset,
                  "include",
                  List.of("metadatas", "documents", "embeddings")));
      records.putAll(page);
      if (page.size() < READ) {
        return records;
      }
    }
  }

  /** Those of the given ids that are there, without vectors. */
  Map<String, ChromaRecord> get(String collection, Collection<String> ids) {
    return get(collection, Map.of("ids", ids, "include", List.of("metadatas", "documents")));
  }

  private Map<String, ChromaRecord> get(String collection, Map<String, Object> request) {
    JsonNode answer = answer(path(collection) + "/get", request);
    Map<String, ChromaRecord> records = new TreeMap<>();
    for (int i = 0; i < answer.get("ids").size(); i++) {
      String id = answer.get("ids").get(i).asText();
      Map<String, Object> metadata =
          JsonHttp.JSON.convertValue(
              answer.get("metadatas").get(i), new TypeReference<Map<String, Object>>() {});
      String document = answer.get("documents").get(i).textValue();
      float[] vector = vector(answer.path("embeddings").path(i));
      records.put(
          id, new ChromaRecord(id, vector, document, metadata == null ? Map.of() : metadata));
    }
    return records;
  }

  /** A server that is writing the first file of an index says for a moment that there is none. */
  private JsonNode answer(String path, Map<String, Object> request) {
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      JsonHttp.Answer answer = http.tryPost(path, request);
      if (answer.isSuccess() && answer.body().has("ids")) {
        return answer.body();
      }
      Stage.pause(BETWEEN_ATTEMPTS);
    }
    return http.post(path, request);
  }

  /** Null if there is none. */
  private static float[] vector(JsonNode numbers) {
    if (!numbers.isArray()) {
      return null;
    }
    float[] vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = numbers.get(i).floatValue();
    }
    return vector;
  }

  private String path(String collection) {
    return paths.computeIfAbsent(
        collection,
        name -> {
          Map<String, Object> request =
              Map.of(
                  "name",
                  name,
                  "get_or_create",
                  true,
                  "configuration",
                  Map.of("hnsw", Map.of("space", "l2")));
          JsonNode created = http.post(DATABASE + "/collections", request);
          return DATABASE + "/collections/" + created.get("id").asText();
        });
  }

  private static Map<String, Object> upsertBody(List<ChromaRecord> records) {
    return Map.of(
        "ids", records.stream().map(ChromaRecord::id).toList(),
        "embeddings", records.stream().map(record -> base64(record.vector())).toList(),
        "documents", records.stream().map(ChromaRecord::document).toList(),
        "metadatas", records.stream().map(ChromaRecord::metadata).toList());
  }

  /** Little-endian float32, a quarter of the bytes of JSON numbers. */
  private static String base64(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(vector.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
