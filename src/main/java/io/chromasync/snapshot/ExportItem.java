package io.chromasync.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;

/**
 * What one line of an export says of an item.
 *
 * @param json with the attributes that are read; null = the item is gone
 * @param writtenMicros when that happened; null in a full export
 */
record ExportItem(ItemKey key, String json, Long writtenMicros) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a line.
   *
   * @param incremental whether it is of an incremental export
   * @param attributes those that are kept
   * @throws IllegalArgumentException with what is wrong with it
   */
  static ExportItem read(String line, boolean incremental, Collection<String> attributes) {
    JsonNode record;
    try {
      record = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
    }
    JsonNode item = record.path(incremental ? "NewImage" : "Item");
    JsonNode keys = incremental ? record.path("Keys") : item;
    if (!incremental && !item.isObject()) {
      throw new IllegalArgumentException("it has no Item");
    }
    return new ExportItem(
        new ItemKey(key(keys, ItemKey.PARTITION), key(keys, ItemKey.SORT)),
        item instanceof ObjectNode object ? object.retain(attributes).toString() : null,
        incremental ? written(record) : null);
  }

  private static String key(JsonNode keys, String name) {
    JsonNode key = keys.path(name).path("S");
    if (!key.isTextual()) {
      throw new IllegalArgumentException("it has no key %s of type S".formatted(name));
    }
    return key.textValue();
  }

  private static long written(JsonNode record) {
    JsonNode written = record.path("Metadata").path("WriteTimestampMicros");
    String number = written.path("N").asText(written.asText());
    try {
      return Long.parseLong(number);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "its WriteTimestampMicros is no number but '%s'".formatted(number), e);
    }
  }
}
