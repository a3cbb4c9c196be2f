package io.chromasync.snapshot;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.model.Version;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/**
 * What one line of an export says of one item.
 *
 * @param image null if the item is not one of an image
 * @param asOf when the item was written, in whole seconds; null in a full export
 * @param item as DynamoDB JSON; null = it is gone
 */
record ExportLine(String image, String sortKey, Version asOf, String item) {

  private static final String IMAGE = "IMAGE#";
  private static final String PK = "PK";
  private static final String SK = "SK";

  private static final ObjectMapper VALUES = new ObjectMapper();
  private static final JsonFactory JSON = VALUES.getFactory();

  /**
   * Reads a line; in memory of the item are only these attributes, and its key.
   *
   * @throws BadLine if it is not a line of such an export
   */
  static ExportLine parse(String line, boolean isIncremental, Set<String> attributes)
      throws BadLine {
    Parts parts = new Parts();
    try (JsonParser parser = JSON.createParser(line)) {
      parts.read(parser, attributes);
    } catch (IOException e) {
      throw new BadLine("is not JSON: " + e.getMessage());
    }
    return isIncremental ? parts.changed() : parts.listed();
  }

  /** A line cannot be read; the message goes on after its name. */
  static final class BadLine extends Exception {
    BadLine(String message) {
      super(message);
    }
  }

  private static final class Parts {
    private ObjectNode item;
    private ObjectNode keys;
    private ObjectNode newImage;
    private JsonNode metadata;

    private void read(JsonParser parser, Set<String> attributes) throws IOException, BadLine {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new BadLine("is not a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "Item" -> item = attributes(name, parser, attributes);
          case "Keys" -> keys = attributes(name, parser, attributes);
          case "NewImage" -> newImage = attributes(name, parser, attributes);
          case "Metadata" -> metadata = VALUES.readTree(parser);
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new BadLine("holds more than one JSON object");
      }
    }

    private ExportLine listed() throws BadLine {
      if (item == null) {
        throw new BadLine("has no Item");
      }
      return of(item, null, item);
    }

    private ExportLine changed() throws BadLine {
      if (keys == null) {
        throw new BadLine("has no Keys");
      }
      return of(keys, written(), newImage);
    }

    private static ExportLine of(ObjectNode keys, Version asOf, ObjectNode item) throws BadLine {
      String partition = keys.path(PK).path("S").textValue();
      String sortKey = keys.path(SK).path("S").textValue();
      if (partition == null || sortKey == null) {
        throw new BadLine("has no text as PK or SK");
      }
      return partition.startsWith(IMAGE)
          ? new ExportLine(
              partition.substring(IMAGE.length()),
              sortKey,
              asOf,
              item == null ? null : item.toString())
          : new ExportLine(null, sortKey, asOf, null);
    }

    private Version written() throws BadLine {
      String text =
          metadata == null ? null : metadata.path("WriteTimestampMicros").path("N").textValue();
      try {
        long micros = Long.parseLong(text == null ? "" : text);
        return ExportChain.version(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
      } catch (NumberFormatException e) {
        throw new BadLine("has no number as Metadata.WriteTimestampMicros");
      }
    }

    private static ObjectNode attributes(String name, JsonParser parser, Set<String> wanted)
        throws IOException, BadLine {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw new BadLine("has something else than an object as its " + name);
      }
      ObjectNode kept = VALUES.createObjectNode();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String attribute = parser.currentName();
        parser.nextToken();
        if (attribute.equals(PK) || attribute.equals(SK) || wanted.contains(attribute)) {
          kept.set(attribute, VALUES.readTree(parser));
        } else {
          parser.skipChildren();
        }
      }
      return kept;
    }
  }
}
