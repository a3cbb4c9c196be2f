package io.chromasync.receipts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.model.Excerpt;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.model.VectorBatches.InvalidBatchException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Parser of the lines of a row, which its metadata lists as a string: {@code "[7, 8]"}. */
final class RowLines {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private RowLines() {}

  /**
   * Returns the lines of a record's row, with the record's own line first.
   *
   * @param lineIds {@code row_line_ids} of its metadata; null = its own line only
   */
  static List<Integer> of(RecordKey record, MetadataValue lineIds) throws InvalidBatchException {
    int line = record.entity().number();
    if (lineIds == null) {
      return List.of(line);
    }
    Set<Integer> lines = new LinkedHashSet<>();
    lines.add(line);
    boolean own = false;
    for (JsonNode item : items(record, lineIds)) {
      if (!item.isInt() || item.intValue() < 0) {
        throw bad(record, lineIds);
      }
      own |= item.intValue() == line;
      lines.add(item.intValue());
    }
    if (!own) {
      throw bad(record, lineIds);
    }
    return List.copyOf(lines);
  }

  private static JsonNode items(RecordKey record, MetadataValue lineIds)
      throws InvalidBatchException {
    try {
      JsonNode items = lineIds.text() == null ? null : JSON.readTree(lineIds.text());
      if (items != null && items.isArray()) {
        return items;
      }
    } catch (JsonProcessingException noJson) {
      throw bad(record, lineIds);
    }
    throw bad(record, lineIds);
  }

  private static InvalidBatchException bad(RecordKey record, MetadataValue lineIds) {
    return new InvalidBatchException(
        "has row_line_ids %s of record %s where a JSON array of line ids with %s is expected"
            .formatted(
                lineIds.text() == null ? "of no string" : "\"" + Excerpt.of(lineIds.text()) + "\"",
                record.id(),
                record.entity().number()));
  }
}
