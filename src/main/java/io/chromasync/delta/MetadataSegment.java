package io.chromasync.delta;

import io.chromasync.model.MetadataValue;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The ids and metadata that Chroma has taken from its log: {@code embeddings}, {@code
 * embedding_metadata}, and for arrays {@code embedding_metadata_array}, which older servers do not
 * have.
 */
final class MetadataSegment {

  private final Connection connection;

  MetadataSegment(Connection connection) {
    this.connection = connection;
  }

  /** By record id, with the document under {@link MetadataJson#DOCUMENT}. */
  Map<String, Map<String, MetadataValue>> read(ChromaCollection collection)
      throws SQLException, BadDelta {
    Map<String, Map<String, MetadataValue>> metadata = new HashMap<>();
    if (collection.metadataUpTo() == 0) {
      return metadata;
    }
    String segment = collection.metadataSegment();
    each(
        "SELECT embedding_id FROM embeddings WHERE segment_id = ?",
        segment,
        found -> metadata.put(id(found), new HashMap<>()));
    each(
        """
        SELECT e.embedding_id, m.key, m.string_value, m.int_value, m.float_value, m.bool_value
        FROM embeddings e JOIN embedding_metadata m ON m.id = e.id WHERE e.segment_id = ?""",
        segment,
        found ->
            metadata
                .get(found.getString("embedding_id"))
                .put(found.getString("key"), value(found)));
    if (hasArrays()) {
      arrays(segment)
          .forEach((id, arrays) -> arrays.forEach((key, texts) -> put(metadata, id, key, texts)));
    }
    return metadata;
  }

  /** Texts by record id and key. */
  private Map<String, Map<String, List<String>>> arrays(String segment)
      throws SQLException, BadDelta {
    Map<String, Map<String, List<String>>> arrays = new HashMap<>();
    each(
        """
        SELECT e.embedding_id, a.key, a.string_value
        FROM embeddings e JOIN embedding_metadata_array a ON a.id = e.id
        WHERE e.segment_id = ? ORDER BY a.rowid""",
        segment,
        found ->
            arrays
                .computeIfAbsent(found.getString("embedding_id"), id -> new HashMap<>())
                .computeIfAbsent(found.getString("key"), key -> new ArrayList<>())
                .add(text(found)));
    return arrays;
  }

  private boolean hasArrays() throws SQLException {
    String sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, "embedding_metadata_array");
      try (ResultSet found = query.executeQuery()) {
        return found.next();
      }
    }
  }

  private void each(String sql, String segment, Reading reading) throws SQLException, BadDelta {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, segment);
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          reading.read(found);
        }
      }
    }
  }

  private static void put(
      Map<String, Map<String, MetadataValue>> metadata, String id, String key, List<String> texts) {
    metadata.get(id).put(key, MetadataValue.of(List.copyOf(texts)));
  }

  private static String id(ResultSet found) throws SQLException, BadDelta {
    String id = found.getString("embedding_id");
    if (id == null || id.isBlank()) {
      throw new BadDelta(DeltaDatabase.FILE + " has a record without an id");
    }
    return id;
  }

  private static MetadataValue value(ResultSet found) throws SQLException, BadDelta {
    if (found.getObject("bool_value") != null) {
      return MetadataValue.of(found.getInt("bool_value") != 0);
    }
    if (found.getObject("int_value") != null) {
      return MetadataValue.of(found.getLong("int_value"));
    }
    if (found.getObject("float_value") != null && Double.isFinite(found.getDouble("float_value"))) {
      return MetadataValue.of(found.getDouble("float_value"));
    }
    return MetadataValue.of(text(found));
  }

  private static String text(ResultSet found) throws SQLException, BadDelta {
    String text = found.getString("string_value");
    if (text == null) {
      throw new BadDelta(
          "%s has metadata %s of record %s as neither text, number, boolean nor texts"
              .formatted(
                  DeltaDatabase.FILE, found.getString("key"), found.getString("embedding_id")));
    }
    return text;
  }

  /** What is done with a row of a result. */
  private interface Reading {
    void read(ResultSet found) throws SQLException, BadDelta;
  }
}
