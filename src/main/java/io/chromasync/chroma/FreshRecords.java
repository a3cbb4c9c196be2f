package io.chromasync.chroma;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.chroma.RetriedExchange.NoResponse;
import io.chromasync.chroma.client.Chroma;
import io.chromasync.chroma.client.ChromaResponse;
import io.chromasync.chroma.delivery.ColumnJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Chroma collection that says how fresh the target collections are: one record per sink task and
 * collection. It is in the same database as the target collections, so that a restored backup has
 * both as of the same time. Its vectors have one dimension and no meaning.
 *
 * @param path path of the collection
 */
record FreshRecords(Chroma chroma, String path) {

  /** Value of {@link Fresh#upTo} that promises nothing. */
  static final long UNKNOWN = 0;

  /** Maximum number of records that Chroma Cloud returns; a job has at most 128 tasks. */
  private static final int MOST = CloudLimits.RECORDS_PER_REQUEST;

  private static final String COLLECTION = "collection";
  private static final String TASK = "task";

  static FreshRecords of(ChromaTarget destination) {
    return new FreshRecords(
        destination.chroma(),
        "%s/collections/%s"
            .formatted(destination.settings().databasePath(), destination.profile().fresh()));
  }

  /**
   * Record of one task and collection.
   *
   * @param collection the server's name of the collection
   * @param tasks number of tasks of the job
   * @param upTo event time up to which the task's records reflect every change, in milliseconds
   *     since the epoch; {@link #UNKNOWN} = none
   * @param publishedAt processing time of the record, in milliseconds since the epoch
   * @param rewrites names of the rollbacks after which the task's records are not yet rewritten
   */
  record Fresh(
      String collection, int task, int tasks, long upTo, long publishedAt, Set<String> rewrites) {

    Fresh {
      rewrites = Set.copyOf(rewrites);
    }

    String id() {
      return "chromasync-fresh/%s/%s".formatted(collection, task);
    }
  }

  /** Reads the records of all tasks for a collection. */
  CompletableFuture<ChromaResponse> get(String collection) {
    return chroma.post(
        path + "/get",
        ColumnJson.json(
            json -> {
              json.writeStartObject();
              json.writeObjectFieldStart("where");
              isEqual(json, collection);
              json.writeEndObject();
              include(json);
              json.writeNumberField("limit", MOST);
              json.writeEndObject();
            }));
  }

  /** Reads records by their ids. */
  CompletableFuture<ChromaResponse> get(List<Fresh> records) {
    return chroma.post(
        path + "/get",
        ColumnJson.json(
            json -> {
              json.writeStartObject();
              ids(json, records);
              include(json);
              json.writeEndObject();
            }));
  }

  /** Writes records over the task's previous records. */
  CompletableFuture<ChromaResponse> put(List<Fresh> records, String job) {
    return chroma.post(
        path + "/upsert",
        ColumnJson.json(
            json -> {
              json.writeStartObject();
              ids(json, records);
              json.writeArrayFieldStart("embeddings");
              for (int record = 0; record < records.size(); record++) {
                json.writeArray(new double[] {0}, 0, 1);
              }
              json.writeEndArray();
              json.writeArrayFieldStart("metadatas");
              for (Fresh record : records) {
                write(json, record, job);
              }
              json.writeEndArray();
              json.writeEndObject();
            }));
  }

  /** Deletes the records of tasks that a job with fewer tasks no longer has. */
  CompletableFuture<ChromaResponse> deleteFrom(String collection, int tasks) {
    return chroma.post(
        path + "/delete",
        ColumnJson.json(
            json -> {
              json.writeStartObject();
              json.writeObjectFieldStart("where");
              json.writeArrayFieldStart("$and");
              json.writeStartObject();
              isEqual(json, collection);
              json.writeEndObject();
              json.writeStartObject();
              json.writeObjectFieldStart(TASK);
              json.writeNumberField("$gte", tasks);
              json.writeEndObject();
              json.writeEndObject();
              json.writeEndArray();
              json.writeEndObject();
              json.writeEndObject();
            }));
  }

  /**
   * Parses the response to a get.
   *
   * @throws NoResponse if the body is not a Chroma response to a get of these records
   */
  static List<Fresh> parse(ChromaResponse answer) throws NoResponse {
    JsonNode ids = answer.json().path("ids");
    JsonNode metadatas = answer.json().path("metadatas");
    if (!ids.isArray() || !metadatas.isArray() || ids.size() != metadatas.size()) {
      throw new NoResponse("not a response of Chroma to a get: " + answer.summary());
    }
    List<Fresh> found = new ArrayList<>();
    for (JsonNode metadata : metadatas) {
      found.add(
          new Fresh(
              metadata.path(COLLECTION).asText(),
              metadata.path(TASK).asInt(-1),
              metadata.path("tasks").asInt(-1),
              metadata.path("fresh_up_to").asLong(UNKNOWN),
              metadata.path("published_at").asLong(UNKNOWN),
              words(metadata.path("rewrites").asText(""))));
    }
    return found;
  }

  /**
   * Returns the instant up to which a collection reflects every change: the minimum over all tasks.
   *
   * @param found records of the collection
   * @return empty if a task has not published anything, or tasks of another parallelism remain
   */
  static OptionalLong upTo(List<Fresh> found) {
    int tasks = found.isEmpty() ? 0 : found.get(0).tasks();
    Set<Integer> present = found.stream().map(Fresh::task).collect(Collectors.toSet());
    Set<Integer> all = IntStream.range(0, tasks).boxed().collect(Collectors.toSet());
    boolean isWhole =
        tasks > 0
            && present.equals(all)
            && found.stream().allMatch(each -> each.tasks() == tasks && each.upTo() > UNKNOWN);
    return isWhole ? found.stream().mapToLong(Fresh::upTo).min() : OptionalLong.empty();
  }

  private static Set<String> words(String text) {
    Set<String> words = new TreeSet<>(List.of(text.split(" ", -1)));
    words.remove("");
    return words;
  }

  private static void isEqual(JsonGenerator json, String collection) throws IOException {
    json.writeObjectFieldStart(COLLECTION);
    json.writeStringField("$eq", collection);
    json.writeEndObject();
  }

  private static void ids(JsonGenerator json, List<Fresh> records) throws IOException {
    json.writeArrayFieldStart("ids");
    for (Fresh record : records) {
      json.writeString(record.id());
    }
    json.writeEndArray();
  }

  private static void include(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("include");
    json.writeString("metadatas");
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, Fresh record, String job) throws IOException {
    json.writeStartObject();
    json.writeStringField(COLLECTION, record.collection());
    json.writeNumberField(TASK, record.task());
    json.writeNumberField("tasks", record.tasks());
    json.writeNumberField("fresh_up_to", record.upTo());
    json.writeNumberField("published_at", record.publishedAt());
    json.writeStringField("job", job);
    json.writeStringField("rewrites", String.join(" ", new TreeSet<>(record.rewrites())));
    json.writeEndObject();
  }
}
