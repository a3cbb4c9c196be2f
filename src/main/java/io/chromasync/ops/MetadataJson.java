package io.chromasync.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.chromasync.model.MetadataValue;
import io.chromasync.ops.Explanation.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Metadata values as JSON, for comparisons with the values in Chroma. */
final class MetadataJson {

  private MetadataJson() {}

  /**
   * Returns the keys whose values in Chroma differ, in alphabetical order.
   *
   * @param expected values that a record must have, or must not have
   * @param found metadata of the record in Chroma
   */
  static List<Difference> differences(Map<String, MetadataValue> expected, JsonNode found) {
    List<Difference> differences = new ArrayList<>();
    new TreeMap<>(expected)
        .forEach(
            (key, value) -> {
              JsonNode there = found.get(key);
              String actual = there == null || there.isNull() ? null : there.toString();
              if (!isSame(value, there)) {
                differences.add(new Difference(key, of(value), actual));
              }
            });
    return differences;
  }

  /** Returns the value as JSON; null for a removed key. */
  static String of(MetadataValue value) {
    JsonNode json = json(value);
    return json == null ? null : json.toString();
  }

  /**
   * Returns true if Chroma has the value. Numbers are compared as numbers: Chroma returns 1.0 for a
   * decimal that was written as 1.
   *
   * @param found null = the key is absent
   */
  static boolean isSame(MetadataValue value, JsonNode found) {
    JsonNode json = json(value);
    if (found == null || found.isNull() || json == null) {
      return (found == null || found.isNull()) == (json == null);
    }
    if (value.real() != null) {
      return found.isNumber() && found.doubleValue() == value.real();
    }
    if (value.list() != null) {
      List<String> items = new ArrayList<>();
      found.forEach(item -> items.add(item.asText()));
      return found.isArray() && items.equals(value.list());
    }
    return json.asText().equals(found.asText()) && json.getNodeType() == found.getNodeType();
  }

  private static JsonNode json(MetadataValue value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (value.isRemoved()) {
      return null;
    }
    if (value.text() != null) {
      return nodes.textNode(value.text());
    }
    if (value.whole() != null) {
      return nodes.numberNode(value.whole().longValue());
    }
    if (value.real() != null) {
      return nodes.numberNode(value.real().doubleValue());
    }
    if (value.flag() != null) {
      return nodes.booleanNode(value.flag());
    }
    ArrayNode array = nodes.arrayNode();
    value.list().forEach(array::add);
    return array;
  }
}
