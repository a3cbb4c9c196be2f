package io.chromasync.delta;

import io.chromasync.delta.LoggedWrite.Operation;
import io.chromasync.model.MetadataValue;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The log of all writes, or the last ones, that Chroma keeps in {@code embeddings_queue}. */
final class WriteLog {

  private static final String ENCODING = "FLOAT32";

  private final Connection connection;
  private final int dimension;

  WriteLog(Connection connection, int dimension) {
    this.connection = connection;
    this.dimension = dimension;
  }

  /** The writes that have not gone into both segments of the collection, in their order. */
  List<LoggedWrite> read(ChromaCollection collection) throws SQLException, BadDelta {
    String sql =
        """
        SELECT seq_id, operation, topic, id, vector, encoding, metadata
        FROM embeddings_queue WHERE seq_id > ? ORDER BY seq_id""";
    List<LoggedWrite> writes = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setLong(1, collection.upTo());
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          checkTopic(found, collection);
          writes.add(write(found));
        }
      }
    }
    return writes;
  }

  private LoggedWrite write(ResultSet found) throws SQLException, BadDelta {
    String id = found.getString("id");
    if (id == null || id.isBlank()) {
      throw new BadDelta(
          "write %d in the log of %s names no record"
              .formatted(found.getLong("seq_id"), DeltaDatabase.FILE));
    }
    String metadata = found.getString("metadata");
    return new LoggedWrite(
        found.getLong("seq_id"),
        operation(found.getInt("operation"), id),
        id,
        vector(found, id),
        metadata == null ? Map.<String, MetadataValue>of() : MetadataJson.parse(id, metadata));
  }

  private float[] vector(ResultSet found, String id) throws SQLException, BadDelta {
    byte[] bytes = found.getBytes("vector");
    if (bytes == null) {
      return null;
    }
    String encoding = found.getString("encoding");
    if (!ENCODING.equals(encoding)) {
      throw new BadDelta(
          "%s has the vector of record %s in encoding %s where %s is wanted"
              .formatted(DeltaDatabase.FILE, id, encoding, ENCODING));
    }
    if (bytes.length != dimension * Float.BYTES) {
      throw new BadDelta(
          "%s has a vector of %d bytes for record %s where %d numbers are wanted"
              .formatted(DeltaDatabase.FILE, bytes.length, id, dimension));
    }
    return VectorBytes.read(bytes, 0, dimension, id, DeltaDatabase.FILE);
  }

  private static Operation operation(int code, String id) throws BadDelta {
    return switch (code) {
      case 0 -> Operation.ADD;
      case 1 -> Operation.UPDATE;
      case 2 -> Operation.UPSERT;
      case 3 -> Operation.DELETE;
      default ->
          throw new BadDelta(
              "the log of %s has the unknown operation %d on record %s"
                  .formatted(DeltaDatabase.FILE, code, id));
    };
  }

  /** A write that we took for another collection's would be lost silently. */
  private static void checkTopic(ResultSet found, ChromaCollection collection)
      throws SQLException, BadDelta {
    String topic = found.getString("topic");
    if (topic == null || !topic.endsWith("/" + collection.id())) {
      throw new BadDelta(
          "write %d in the log of %s belongs to %s, not to the collection"
              .formatted(found.getLong("seq_id"), DeltaDatabase.FILE, topic));
    }
  }
}
