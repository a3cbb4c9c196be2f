package io.chromasync.receipts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.chromasync.model.ItemKey;
import java.io.IOException;

/**
 * Reader of a single string attribute of an item. It stops after this attribute, because most items
 * need no further parsing.
 */
final class SingleAttribute {

  private static final ObjectReader VALUE = new ObjectMapper().reader();

  private SingleAttribute() {}

  /** Reads the attribute {@code TYPE}; null if the item has none. */
  static String typeOf(String json) throws BadItemException {
    return textOf(json, "TYPE");
  }

  /** Reads the sort key; null if it is absent or the JSON is not an item. */
  static String sortKeyOf(String json) {
    try {
      return textOf(json, ItemKey.SORT);
    } catch (BadItemException unreadable) {
      return null;
    }
  }

  private static String textOf(String json, String name) throws BadItemException {
    try (JsonParser parser = VALUE.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw Item.notAnObject();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = parser.currentName().equals(name);
        parser.nextToken();
        if (found) {
          return Item.text(name, VALUE.<JsonNode>readTree(parser));
        }
        parser.skipChildren();
      }
      return null;
    } catch (JsonProcessingException e) {
      throw Item.notJson(e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from a string cannot fail", e);
    }
  }
}
