package io.chromasync.chroma.delivery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Serializes mutations as Chroma's columnar JSON: {@code {"ids":[…],"metadatas":[…]}}. Equal
 * mutations give equal bytes, because keys are sorted.
 *
 * @param base64 true to write vectors as base64 of little-endian floats, a quarter of the bytes of
 *     numbers
 */
public record ColumnJson(boolean base64) {

  /**
   * Metadata key under which Chroma stores the document. A value sent for it would overwrite the
   * document, which is sent in its own column.
   */
  private static final String DOCUMENT_KEY = "chroma:document";

  private static final JsonFactory JSON = new JsonFactory();

  /** Returns the columns of a verb. An update keeps everything that it omits. */
  static List<String> columns(Verb verb) {
    return switch (verb) {
      case UPSERT -> List.of("ids", "embeddings", "documents", "metadatas");
      case UPDATE -> List.of("ids", "metadatas");
      case DELETE -> List.of("ids");
      case DELETE_BY_FILTER -> List.of();
    };
  }

  /**
   * Serializes a mutation into cells, one per column of its verb.
   *
   * @throws Unwritable if it has a number that is not finite, which JSON cannot represent
   */
  List<byte[]> cells(Mutation mutation) throws Unwritable {
    List<byte[]> cells = new ArrayList<>();
    try {
      for (String column : columns(mutation.verb())) {
        cells.add(bytes(cell(column, mutation)));
      }
    } catch (Unwritable e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory does not fail", e);
    }
    return cells;
  }

  /** Joins the cells of all rows into columns. */
  static byte[] body(Verb verb, List<List<byte[]>> rows) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    List<String> columns = columns(verb);
    for (int column = 0; column < columns.size(); column++) {
      body.writeBytes(ascii((column == 0 ? "{\"" : ",\"") + columns.get(column) + "\":["));
      for (int row = 0; row < rows.size(); row++) {
        if (row > 0) {
          body.write(',');
        }
        body.writeBytes(rows.get(row).get(column));
      }
      body.write(']');
    }
    body.write('}');
    return body.toByteArray();
  }

  private Writing cell(String column, Mutation mutation) {
    return generator -> {
      switch (column) {
        case "ids" -> generator.writeString(mutation.record().id());
        case "embeddings" -> writeVector(generator, mutation.embedding());
        case "documents" -> generator.writeString(mutation.document());
        default -> writeMetadata(generator, mutation);
      }
    };
  }

  private void writeVector(JsonGenerator json, float[] vector) throws IOException {
    if (vector == null) {
      json.writeNull();
    } else if (base64) {
      ByteBuffer bytes =
          ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(vector);
      json.writeBinary(bytes.array());
    } else {
      json.writeStartArray();
      for (float value : vector) {
        json.writeNumber(value);
      }
      json.writeEndArray();
    }
  }

  private static void writeMetadata(JsonGenerator json, Mutation mutation) throws IOException {
    if (mutation.metadata() == null) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    for (Map.Entry<String, MetadataValue> entry : new TreeMap<>(mutation.metadata()).entrySet()) {
      if (!entry.getKey().equals(DOCUMENT_KEY)) {
        json.writeFieldName(entry.getKey());
        writeValue(json, entry.getValue(), entry.getKey());
      }
    }
    json.writeEndObject();
  }

  private static void writeValue(JsonGenerator json, MetadataValue value, String key)
      throws IOException {
    if (value.text() != null) {
      json.writeString(value.text());
    } else if (value.whole() != null) {
      json.writeNumber(value.whole());
    } else if (value.real() != null) {
      if (!Double.isFinite(value.real())) {
        throw new Unwritable(
            "metadata '%s' must be a finite number but is %s".formatted(key, value.real()));
      }
      json.writeNumber(value.real());
    } else if (value.flag() != null) {
      json.writeBoolean(value.flag());
    } else if (value.list() != null) {
      String[] items = value.list().toArray(String[]::new);
      json.writeArray(items, 0, items.length);
    } else {
      json.writeNull();
    }
  }

  /** Serializes to bytes in memory. */
  public static byte[] json(Writing writing) {
    try {
      return bytes(writing);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory does not fail", e);
    }
  }

  private static byte[] bytes(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = JSON.createGenerator(bytes)) {
      writing.to(generator);
    }
    return bytes.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Writer of one JSON value. */
  public interface Writing {
    void to(JsonGenerator json) throws IOException;
  }
}
