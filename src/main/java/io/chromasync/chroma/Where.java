package io.chromasync.chroma;

import com.fasterxml.jackson.core.JsonGenerator;
import io.chromasync.model.RecordKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Chroma's filter for all records below a key, by the metadata that say where they belong.
 *
 * <p>Several conditions need {@code $and}, which refuses a single one. Old records hold {@code
 * receipt_id} as a text, so both forms are asked for.
 */
final class Where {

  private Where() {}

  static void write(JsonGenerator json, RecordKey below) throws IOException {
    List<ColumnJson.Writing> conditions = new ArrayList<>();
    conditions.add(to -> equal(to, "image_id", below.image()));
    if (below.receipt() != null) {
      conditions.add(to -> receipt(to, below.receipt()));
    }
    if (below.line() != null) {
      conditions.add(to -> equal(to, "line_id", below.line()));
    }
    if (below.word() != null) {
      conditions.add(to -> equal(to, "word_id", below.word()));
    }
    if (conditions.size() == 1) {
      conditions.get(0).to(json);
    } else {
      combine(json, "$and", conditions);
    }
  }

  private static void receipt(JsonGenerator json, int receipt) throws IOException {
    combine(
        json,
        "$or",
        List.of(
            to -> equal(to, "receipt_id", receipt),
            to -> equal(to, "receipt_id", Integer.toString(receipt))));
  }

  private static void combine(
      JsonGenerator json, String operator, List<ColumnJson.Writing> conditions) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart(operator);
    for (ColumnJson.Writing condition : conditions) {
      condition.to(json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void equal(JsonGenerator json, String key, Object value) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart(key);
    if (value instanceof Integer number) {
      json.writeNumberField("$eq", number);
    } else {
      json.writeStringField("$eq", value.toString());
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
