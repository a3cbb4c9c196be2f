package io.chromasync.snapshot.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.model.ItemKey;
import java.util.Collection;

/**
 * Content of one line of an export.
 *
 * @param json with the attributes to read; null = the item is deleted
 * @param writtenMicros time of the write, in microseconds; null in a full export
 */
public record ExportItem(ItemKey key, String json, Long writtenMicros) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Parses a line.
   *
   * @param incremental true for an incremental export
   * @param attributes names of the attributes to keep
   * @throws IllegalArgumentException with the error in the line
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
