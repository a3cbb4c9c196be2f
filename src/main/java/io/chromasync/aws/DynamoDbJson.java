package io.chromasync.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Writes items as DynamoDB JSON, the notation of the API itself: {@code {"PK":{"S":"IMAGE#…"},…}}.
 * Numbers are written as strings and binaries as base64, so nothing is lost (<a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html">AttributeValue</a>).
 * A value whose type this AWS SDK does not support is an object without a type, <code>{}</code>.
 *
 * <p>Thread-safe: it has no state.
 */
public final class DynamoDbJson {

  private static final JsonFactory JSON = new JsonFactory();

  private DynamoDbJson() {}

  /** Returns the item as one line of JSON. */
  public static String write(Map<String, AttributeValue> item) {
    StringWriter text = new StringWriter(512);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      writeMap(json, item);
    } catch (IOException e) {
      throw new UncheckedIOException("An item cannot be written as JSON", e);
    }
    return text.toString();
  }

  private static void writeMap(JsonGenerator json, Map<String, AttributeValue> map)
      throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, AttributeValue> entry : map.entrySet()) {
      json.writeFieldName(entry.getKey());
      writeValue(json, entry.getValue());
    }
    json.writeEndObject();
  }

  private static void writeValue(JsonGenerator json, AttributeValue value) throws IOException {
    json.writeStartObject();
    if (value != null && value.type() != AttributeValue.Type.UNKNOWN_TO_SDK_VERSION) {
      writeTyped(json, value);
    }
    json.writeEndObject();
  }

  private static void writeTyped(JsonGenerator json, AttributeValue value) throws IOException {
    json.writeFieldName(value.type() == AttributeValue.Type.NUL ? "NULL" : value.type().name());
    switch (value.type()) {
      case S -> json.writeString(value.s());
      case N -> json.writeString(value.n());
      case B -> writeBinary(json, value.b());
      case BOOL -> json.writeBoolean(value.bool());
      case NUL -> json.writeBoolean(value.nul());
      case SS -> writeStrings(json, value.ss());
      case NS -> writeStrings(json, value.ns());
      case BS -> writeBinaries(json, value.bs());
      case L -> writeList(json, value.l());
      case M -> writeMap(json, value.m());
      case UNKNOWN_TO_SDK_VERSION ->
          throw new IllegalArgumentException("a value without a type has no content");
    }
  }

  private static void writeList(JsonGenerator json, List<AttributeValue> values)
      throws IOException {
    json.writeStartArray();
    for (AttributeValue value : values) {
      writeValue(json, value);
    }
    json.writeEndArray();
  }

  private static void writeStrings(JsonGenerator json, List<String> values) throws IOException {
    json.writeStartArray();
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private static void writeBinaries(JsonGenerator json, List<SdkBytes> values) throws IOException {
    json.writeStartArray();
    for (SdkBytes value : values) {
      writeBinary(json, value);
    }
    json.writeEndArray();
  }

  private static void writeBinary(JsonGenerator json, SdkBytes value) throws IOException {
    json.writeBinary(value.asByteArrayUnsafe());
  }
}
