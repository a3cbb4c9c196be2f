package io.chromasync.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Parses groups of properties from a file written by hand, and reports every error with its
 * location. Used once, by one thread.
 */
final class GroupsJson {

  /**
   * Mapper that rejects input that it would read only in part: a duplicate key, or content after
   * the list.
   */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final String ID = "PropertyGroupId";
  private static final String VALUES = "PropertyMap";

  private final String origin;
  private final Map<String, Map<String, String>> groups = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private GroupsJson(String origin) {
    this.origin = origin;
  }

  /**
   * Returns the groups by their ids.
   *
   * @param origin origin of the text, for messages, as in {@code the file /etc/chromasync.json}
   * @throws InvalidSettings with every problem, or with the first syntax error
   */
  static Map<String, Map<String, String>> parse(String json, String origin) {
    GroupsJson reading = new GroupsJson(origin);
    JsonNode root = reading.tree(json);
    if (!root.isArray()) {
      throw reading.noList(kind(root));
    }
    int number = 0;
    for (JsonNode group : root) {
      reading.add(group, ++number);
    }
    if (!reading.problems.isEmpty()) {
      throw new InvalidSettings(reading.problems);
    }
    return reading.groups;
  }

  private JsonNode tree(String json) {
    try {
      JsonNode root = JSON.readTree(json);
      if (!root.isMissingNode()) {
        return root;
      }
    } catch (JsonProcessingException e) {
      throw new InvalidSettings(
          "%s is no JSON at %s".formatted(origin, JsonProblem.describe(json, e)));
    }
    throw noList("nothing");
  }

  private InvalidSettings noList(String found) {
    return new InvalidSettings(
        "%s must hold a JSON list of {\"%s\": …, \"%s\": {…}} but holds %s"
            .formatted(origin, ID, VALUES, found));
  }

  private void add(JsonNode group, int number) {
    if (!group.isObject()) {
      problems.add(
          "%s must hold an object as its group %s but holds %s"
              .formatted(origin, number, kind(group)));
      return;
    }
    TreeSet<String> unknown = new TreeSet<>();
    group.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(List.of(ID, VALUES));
    if (!unknown.isEmpty()) {
      problems.add(
          "%s has %s in its group %s; a group has %s and %s only"
              .formatted(origin, unknown, number, ID, VALUES));
    }
    JsonNode id = group.path(ID);
    JsonNode values = group.path(VALUES);
    if (id.isMissingNode() || values.isMissingNode()) {
      problems.add("%s has a group without %s or %s".formatted(origin, ID, VALUES));
    } else if (!id.isTextual()) {
      problems.add(wrong(ID, number, "a string", id));
    } else if (!values.isObject()) {
      problems.add(wrong(VALUES, number, "an object", values));
    } else if (groups.put(id.textValue(), values(id.textValue(), values)) != null) {
      problems.add("%s has the group '%s' twice".formatted(origin, id.textValue()));
    }
  }

  private String wrong(String field, int number, String wanted, JsonNode found) {
    return "%s must have %s as %s of its group %s but has %s"
        .formatted(origin, wanted, field, number, kind(found));
  }

  private Map<String, String> values(String group, JsonNode object) {
    Map<String, String> values = new HashMap<>();
    for (Map.Entry<String, JsonNode> each : object.properties()) {
      JsonNode value = each.getValue();
      if (value.isTextual() || value.isNumber() || value.isBoolean()) {
        values.put(each.getKey(), value.asText());
      } else {
        String remedy = value.isNull() ? "; leave it out, and it has its default" : "";
        problems.add(
            "Property '%s' in group '%s' must be a string but is %s in %s%s"
                .formatted(each.getKey(), group, kind(value), origin, remedy));
      }
    }
    return values;
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case NULL -> "null";
      default -> "something else";
    };
  }
}
