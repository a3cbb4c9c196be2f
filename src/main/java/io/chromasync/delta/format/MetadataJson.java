package io.chromasync.delta.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.model.Excerpt;
import io.chromasync.model.MetadataValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Metadata in the format of Chroma's log: a JSON object of scalars and arrays of strings. */
public final class MetadataJson {

  /** Metadata key under which Chroma stores the document. */
  static final String DOCUMENT = "chroma:document";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private MetadataJson() {}

  /**
   * Parses metadata, with the document under {@link #DOCUMENT}; null is a removed value.
   *
   * @param id id of the record, for messages
   */
  static Map<String, MetadataValue> parse(String id, String json) throws UnusableDelta {
    Map<String, MetadataValue> metadata = new HashMap<>();
    for (Map.Entry<String, JsonNode> each : object(id, json).properties()) {
      MetadataValue value = value(each.getValue());
      if (value == null) {
        throw new UnusableDelta(
            "%s has metadata %s of record %s as neither string, number, bool nor list of strings"
                .formatted(DeltaDatabase.FILE, Excerpt.of(each.getKey()), Excerpt.of(id)));
      }
      metadata.put(each.getKey(), value);
    }
    return metadata;
  }

  /** Removes the document from metadata and returns it; null if there is none. */
  public static String removeDocument(String id, Map<String, MetadataValue> metadata)
      throws UnusableDelta {
    MetadataValue document = metadata.remove(DOCUMENT);
    if (document != null && document.text() == null) {
      throw new UnusableDelta(
          "%s has a document of record %s that is no string".formatted(DeltaDatabase.FILE, id));
    }
    return document == null ? null : document.text();
  }

  private static JsonNode object(String id, String json) throws UnusableDelta {
    try {
      JsonNode node = JSON.readTree(json);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw noObject(id, e);
    }
    throw noObject(id, null);
  }

  private static UnusableDelta noObject(String id, Exception cause) {
    return new UnusableDelta(
        "%s has metadata of record %s that is no JSON object"
            .formatted(DeltaDatabase.FILE, Excerpt.of(id)),
        cause);
  }

  /** Returns null for an unsupported type. */
  private static MetadataValue value(JsonNode node) {
    if (node.isTextual()) {
      return MetadataValue.of(node.textValue());
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return MetadataValue.of(node.longValue());
    }
    if (node.isFloatingPointNumber() && Double.isFinite(node.doubleValue())) {
      return MetadataValue.of(node.doubleValue());
    }
    if (node.isBoolean()) {
      return MetadataValue.of(node.booleanValue());
    }
    if (node.isNull()) {
      return MetadataValue.removed();
    }
    return node.isArray() ? texts(node) : null;
  }

  private static MetadataValue texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : array) {
      if (!item.isTextual()) {
        return null;
      }
      texts.add(item.textValue());
    }
    return MetadataValue.of(List.copyOf(texts));
  }
}
