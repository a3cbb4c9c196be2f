package io.chromasync.delta.format;

import io.chromasync.model.Excerpt;
import io.chromasync.model.MetadataValue;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Ids and metadata that Chroma has applied from its log: {@code embeddings}, {@code
 * embedding_metadata}, and for arrays {@code embedding_metadata_array}, which older servers lack.
 */
public final class MetadataSegment {

  private static final String ARRAYS = "embedding_metadata_array";

  private final DeltaTables tables;

  MetadataSegment(DeltaTables tables) {
    this.tables = tables;
  }

  /** Reads metadata by record id, with the document under {@link MetadataJson#DOCUMENT}. */
  Map<String, Map<String, MetadataValue>> read(Segment segment) throws UnusableDelta {
    Map<String, Map<String, MetadataValue>> metadata = new HashMap<>();
    tables.each(
        "SELECT embedding_id, segment_id FROM embeddings",
        row -> {
          checkSegment(row, segment);
          if (metadata.put(id(row), new HashMap<>()) != null) {
            throw new UnusableDelta(
                "%s has record %s twice".formatted(DeltaDatabase.FILE, Excerpt.of(id(row))));
          }
        });
    tables.each(
        """
        SELECT e.embedding_id, m.key, m.string_value, m.int_value, m.float_value, m.bool_value
        FROM embeddings e JOIN embedding_metadata m ON m.id = e.id""",
        row -> put(metadata, id(row), row.text("key"), value(row)));
    if (tables.has(ARRAYS)) {
      for (Map.Entry<String, Map<String, List<String>>> record : arrays().entrySet()) {
        for (Map.Entry<String, List<String>> array : record.getValue().entrySet()) {
          MetadataValue texts = MetadataValue.of(List.copyOf(array.getValue()));
          put(metadata, record.getKey(), array.getKey(), texts);
        }
      }
    }
    return metadata;
  }

  /** Reads arrays of strings by record id and key. */
  private Map<String, Map<String, List<String>>> arrays() throws UnusableDelta {
    tables.require(ARRAYS);
    Map<String, Map<String, List<String>>> arrays = new HashMap<>();
    tables.each(
        """
        SELECT e.embedding_id, a.key, a.string_value
        FROM embeddings e JOIN embedding_metadata_array a ON a.id = e.id ORDER BY a.rowid""",
        row ->
            arrays
                .computeIfAbsent(id(row), id -> new HashMap<>())
                .computeIfAbsent(row.text("key"), key -> new ArrayList<>())
                .add(text(row)));
    return arrays;
  }

  /** Without the segment's log position, its records would be ignored or replayed twice. */
  private static void checkSegment(SqliteRow row, Segment segment)
      throws SQLException, UnusableDelta {
    if (segment.upTo() == 0) {
      throw new UnusableDelta(
          "%s has record %s in its segment METADATA, but max_seq_id has no entry for that segment"
              .formatted(DeltaDatabase.FILE, Excerpt.of(id(row))));
    }
    if (!segment.id().equals(row.text("segment_id"))) {
      throw new UnusableDelta(
          "%s has record %s in the segment %s, which is not that of the collection's metadata"
              .formatted(
                  DeltaDatabase.FILE, Excerpt.of(id(row)), Excerpt.of(row.text("segment_id"))));
    }
  }

  private static void put(
      Map<String, Map<String, MetadataValue>> metadata, String id, String key, MetadataValue value)
      throws UnusableDelta {
    if (metadata.get(id).put(key, value) != null) {
      throw new UnusableDelta(
          "%s has metadata %s of record %s twice"
              .formatted(DeltaDatabase.FILE, Excerpt.of(key), Excerpt.of(id)));
    }
  }

  private static String id(SqliteRow row) throws SQLException, UnusableDelta {
    String id = row.text("embedding_id");
    if (id.isBlank()) {
      throw new UnusableDelta(DeltaDatabase.FILE + " has a record without an id");
    }
    return id;
  }

  private static MetadataValue value(SqliteRow row) throws SQLException, UnusableDelta {
    if (!row.isNull("bool_value")) {
      return MetadataValue.of(row.whole("bool_value") != 0);
    }
    if (!row.isNull("int_value")) {
      return MetadataValue.of(row.whole("int_value"));
    }
    if (!row.isNull("float_value") && Double.isFinite(row.real("float_value"))) {
      return MetadataValue.of(row.real("float_value"));
    }
    return MetadataValue.of(text(row));
  }

  private static String text(SqliteRow row) throws SQLException, UnusableDelta {
    String text = row.optionalText("string_value");
    if (text == null) {
      throw new UnusableDelta(
          "%s has metadata %s of record %s as neither string, number, bool nor list of strings"
              .formatted(DeltaDatabase.FILE, Excerpt.of(row.text("key")), Excerpt.of(id(row))));
    }
    return text;
  }
}
