package io.chromasync.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** What the body of a write does to a collection. */
public final class WriteJson {

  private WriteJson() {}

  /**
   * Applies a body.
   *
   * @param operation upsert, update or delete
   */
  public static void apply(ChromaModel model, String operation, JsonNode json) {
    for (int i = 0; i < json.path("ids").size(); i++) {
      apply(model, operation, json, i);
    }
    if (json.has("where")) {
      model.deleteWhere(metadata -> matches(json.path("where"), metadata));
    }
  }

  /** Whether a query without a filter, or with one that holds, is meant for a record. */
  public static boolean isMeant(JsonNode query, Map<String, Object> metadata) {
    return !query.has("where") || matches(query.path("where"), metadata);
  }

  /** The ids that a write names. */
  public static List<String> ids(JsonNode json) {
    List<String> ids = new ArrayList<>();
    json.path("ids").forEach(id -> ids.add(id.asText()));
    return ids;
  }

  /** Whether the body, or the ids, of a write are of the sink itself, which is no record. */
  static boolean isMark(String text) {
    return text.contains("chromasync-mark/")
        || text.contains("chromasync-fresh/")
        // The deletion of the freshness of absent tasks, by a filter.
        || text.contains("{\"task\":{\"$gte\":");
  }

  private static void apply(ChromaModel model, String operation, JsonNode json, int i) {
    String id = json.path("ids").path(i).asText();
    JsonNode metadata = json.path("metadatas").path(i);
    Map<String, Object> values = metadata.isObject() ? ChromaReader.metadata(metadata) : null;
    switch (operation) {
      case "upsert" -> {
        JsonNode document = json.path("documents").path(i);
        model.upsert(
            id,
            vector(json.path("embeddings").path(i)),
            document.isTextual() ? document.asText() : null,
            values);
      }
      case "update" -> model.update(id, values);
      default -> model.delete(id);
    }
  }

  private static List<Float> vector(JsonNode node) {
    List<Float> vector = new ArrayList<>();
    if (node.isTextual()) {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(node.asText()));
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        vector.add(bytes.getFloat());
      }
    } else {
      node.forEach(value -> vector.add(value.floatValue()));
    }
    return vector;
  }

  /** One condition of {@code {key:{operator:value}}}, or several under $and or $or. */
  private static boolean matches(JsonNode where, Map<String, Object> metadata) {
    Map.Entry<String, JsonNode> condition = where.properties().iterator().next();
    List<JsonNode> parts = new ArrayList<>();
    condition.getValue().forEach(parts::add);
    return switch (condition.getKey()) {
      case "$and" -> parts.stream().allMatch(part -> matches(part, metadata));
      case "$or" -> parts.stream().anyMatch(part -> matches(part, metadata));
      default -> holds(condition.getValue(), metadata.get(condition.getKey()));
    };
  }

  /** Whether {@code {operator:value}} holds for a value; null = the record lacks the key. */
  private static boolean holds(JsonNode condition, Object value) {
    Map.Entry<String, JsonNode> test = condition.properties().iterator().next();
    List<Object> wanted = new ArrayList<>();
    if (test.getValue().isArray()) {
      test.getValue().forEach(each -> wanted.add(ChromaReader.value(each)));
    } else {
      wanted.add(ChromaReader.value(test.getValue()));
    }
    return switch (test.getKey()) {
      case "$eq", "$in" -> wanted.contains(value);
      case "$nin" -> !wanted.contains(value);
      case "$gte" -> value instanceof Long number && number >= (Long) wanted.get(0);
      default -> throw new IllegalArgumentException("no operator of ours: " + test.getKey());
    };
  }
}
