package io.chromasync.delta.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.model.Fact;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Parser of the lines of a row, which its metadata lists as a string: {@code "[7, 8]"}. */
public final class RowLines {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private RowLines() {}

  /**
   * Returns the row of a record, with the record's own line first.
   *
   * @param lineIds {@code row_line_ids} of its metadata; null = its own line only
   */
  public static Fact.Row of(RecordKey record, MetadataValue lineIds) throws BadDelta {
    if (lineIds == null) {
      return new Fact.Row(List.of(record.line()));
    }
    Set<Integer> lines = new LinkedHashSet<>();
    lines.add(record.line());
    boolean own = false;
    for (JsonNode item : items(record, lineIds)) {
      if (!item.isInt() || item.intValue() < 0) {
        throw bad(record, lineIds);
      }
      own |= item.intValue() == record.line();
      lines.add(item.intValue());
    }
    if (!own) {
      throw bad(record, lineIds);
    }
    return new Fact.Row(List.copyOf(lines));
  }

  private static JsonNode items(RecordKey record, MetadataValue lineIds) throws BadDelta {
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

  private static BadDelta bad(RecordKey record, MetadataValue lineIds) {
    return new BadDelta(
        "%s has row_line_ids %s of record %s where a JSON array of line ids with %s is expected"
            .formatted(
                DeltaDatabase.FILE,
                lineIds.text() == null ? "of no string" : "\"" + Excerpt.of(lineIds.text()) + "\"",
                record.id(),
                record.line()));
  }
}
