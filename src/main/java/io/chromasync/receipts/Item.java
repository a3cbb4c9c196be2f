package io.chromasync.receipts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reader of the attributes of one table item. {@code NULL} and a missing attribute are equal;
 * attributes that are not requested are not checked.
 *
 * <p>Items are DynamoDB JSON (<a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html">AttributeValue</a>):
 * each value is an object with one field, the type's letter.
 */
final class Item {

  private static final ObjectReader VALUE = new ObjectMapper().reader();

  private static final int MAX_ID = 999_999_999;

  private final JsonNode attributes;

  private Item(JsonNode attributes) {
    this.attributes = attributes;
  }

  /** Parses the whole item, and keeps the mapped attributes. */
  static Item parse(String json) throws BadItemException {
    try (JsonParser parser = VALUE.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw notAnObject();
      }
      ObjectNode attributes = JsonNodeFactory.instance.objectNode();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (MappedAttributes.NAMES.contains(name)) {
          attributes.set(name, VALUE.<JsonNode>readTree(parser));
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw BadItemException.unparsable("the item is not JSON: something follows its object");
      }
      return new Item(attributes);
    } catch (JsonProcessingException e) {
      throw notJson(e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from a string cannot fail", e);
    }
  }

  /** Required string; it may be empty. */
  String text(String name) throws BadItemException {
    return required(name, "a string (S)", optionalText(name));
  }

  /** String, or null. */
  String optionalText(String name) throws BadItemException {
    return text(name, attribute(name));
  }

  /** String; null if absent or of another type. */
  String textOrNull(String name) {
    JsonNode attribute = attribute(name);
    return attribute == null ? null : attribute.path("S").textValue();
  }

  /** Non-empty string, or null. */
  String optionalNonEmptyText(String name) throws BadItemException {
    String text = optionalText(name);
    if (text != null && text.isEmpty()) {
      throw BadItemException.unparsable(
          "attribute '%s' must not be an empty string".formatted(name));
    }
    return text;
  }

  /** Required timestamp, as the string in the item. */
  String timestamp(String name) throws BadItemException {
    String text = text(name);
    try {
      IsoTime.parse(text);
    } catch (DateTimeException e) {
      throw BadItemException.unparsable(
          "attribute '%s' must be a time in ISO-8601 but is '%s'".formatted(name, text));
    }
    return text;
  }

  /** Enum constant by name; the default if absent. */
  <E extends Enum<E>> E oneOf(String name, E otherwise) throws BadItemException {
    String text = optionalText(name);
    if (text == null) {
      return otherwise;
    }
    try {
      return Enum.valueOf(otherwise.getDeclaringClass(), text);
    } catch (IllegalArgumentException e) {
      throw BadItemException.unparsable(
          "attribute '%s' must be one of %s but is '%s'"
              .formatted(name, List.of(otherwise.getDeclaringClass().getEnumConstants()), text));
    }
  }

  /** Number in any decimal or exponent form, or null. */
  BigDecimal optionalNumber(String name) throws BadItemException {
    return number(name, attribute(name));
  }

  /** Non-empty list of ids. */
  List<Integer> ids(String name) throws BadItemException {
    JsonNode list =
        required(
            name,
            "a list (L) of numbers",
            value(name, attribute(name), "L", "a list (L) of numbers"));
    if (!list.isArray() || list.isEmpty()) {
      throw BadItemException.unparsable(
          "attribute '%s' must be a list (L) of at least one number".formatted(name));
    }
    List<Integer> ids = new ArrayList<>(list.size());
    for (JsonNode element : list) {
      BigDecimal number = required(name, "a list (L) of numbers", number(name, element));
      ids.add(id(name, number));
    }
    return ids;
  }

  /** Id; null if absent or anything else. */
  Integer idOrNull(String name) {
    try {
      BigDecimal number = optionalNumber(name);
      return number == null ? null : id(name, number);
    } catch (BadItemException noId) {
      return null;
    }
  }

  /**
   * Comparable value of an attribute whose content is not interpreted. Absent, NULL and an empty
   * string are equal.
   */
  Object comparable(String name) {
    JsonNode attribute = attribute(name);
    boolean empty =
        attribute == null || attribute.has("NULL") || "".equals(attribute.path("S").textValue());
    return empty ? "" : attribute;
  }

  /** Attribute, or null if absent. */
  private JsonNode attribute(String name) {
    assert MappedAttributes.NAMES.contains(name) : name + " is missing in MappedAttributes";
    return attributes.get(name);
  }

  private static int id(String name, BigDecimal number) throws BadItemException {
    boolean inRange = number.signum() >= 0 && number.compareTo(BigDecimal.valueOf(MAX_ID)) <= 0;
    if (!inRange || !isWhole(number)) {
      throw BadItemException.unparsable(
          "attribute '%s' must hold integers from 0 to %s but holds %s"
              .formatted(name, MAX_ID, number));
    }
    return number.intValue();
  }

  /**
   * Returns true for an integer. Requires a number in range, because the zeros of a huge number
   * cannot be stripped.
   */
  private static boolean isWhole(BigDecimal number) {
    return number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
  }

  /** String in an attribute; null if absent. */
  static String text(String name, JsonNode attribute) throws BadItemException {
    JsonNode value = value(name, attribute, "S", "a string (S)");
    if (value != null && !value.isTextual()) {
      throw BadItemException.unparsable(
          "attribute '%s' must hold a string in its S".formatted(name));
    }
    return value == null ? null : value.textValue();
  }

  private static BigDecimal number(String name, JsonNode attribute) throws BadItemException {
    JsonNode value = value(name, attribute, "N", "a number (N)");
    if (value == null) {
      return null;
    }
    try {
      return new BigDecimal(value.isTextual() ? value.textValue().strip() : "");
    } catch (NumberFormatException e) {
      throw BadItemException.unparsable(
          "attribute '%s' must be a number but is %s".formatted(name, value));
    }
  }

  /** Value of an attribute of this type, or null if absent. */
  private static JsonNode value(String name, JsonNode attribute, String type, String expected)
      throws BadItemException {
    if (attribute == null) {
      return null;
    }
    if (!attribute.isObject() || attribute.size() != 1) {
      throw BadItemException.unparsable(
          "attribute '%s' must be an object with one field, its type".formatted(name));
    }
    String found = attribute.fieldNames().next();
    if (found.equals("NULL")) {
      return null;
    }
    if (!found.equals(type)) {
      throw BadItemException.unparsable(
          "attribute '%s' must be %s but is %s".formatted(name, expected, found));
    }
    return attribute.get(type);
  }

  private static <T> T required(String name, String expected, T value) throws BadItemException {
    if (value == null) {
      throw BadItemException.unparsable(
          "attribute '%s' is missing; it must be %s".formatted(name, expected));
    }
    return value;
  }

  static BadItemException notAnObject() {
    return BadItemException.unparsable("the item must be a JSON object, as DynamoDB writes it");
  }

  static BadItemException notJson(JsonProcessingException e) {
    return BadItemException.unparsable(
        "the item is not JSON: %s".formatted(e.getOriginalMessage()));
  }
}
