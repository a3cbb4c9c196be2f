package io.chromasync.delta.format;

import io.chromasync.delta.format.LoggedWrite.Operation;
import io.chromasync.model.Excerpt;
import io.chromasync.model.MetadataValue;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Log of all writes, or of the last writes, that Chroma stores in {@code embeddings_queue}. Log
 * positions start at 1 without gaps. Chroma purges the beginning of the log, never more than both
 * segments have applied.
 */
public final class WriteLog {

  private static final String ENCODING = "FLOAT32";

  /** Operations by code. */
  private static final Operation[] OPERATIONS = {
    Operation.ADD, Operation.UPDATE, Operation.UPSERT, Operation.DELETE
  };

  private final DeltaTables tables;
  private final int dimension;

  WriteLog(DeltaTables tables, int dimension) {
    this.tables = tables;
    this.dimension = dimension;
  }

  /** Passes on the writes that are not yet applied to both segments of the collection, in order. */
  void read(ChromaCollection collection, Consumer<LoggedWrite> replay) throws UnusableDelta {
    long[] last = {collection.upTo()};
    tables.each(
        """
        SELECT seq_id, operation, topic, id, vector, encoding, metadata
        FROM embeddings_queue WHERE seq_id > ? ORDER BY seq_id""",
        row -> {
          last[0]++;
          checkNumber(row.whole("seq_id"), last[0]);
          checkTopic(row, collection);
          replay.accept(write(row));
        },
        collection.upTo());
    if (last[0] < collection.reaches()) {
      throw UnusableDelta.incomplete(
          "the log of %s ends at write %s, but a segment has taken write %s"
              .formatted(DeltaDatabase.FILE, last[0], collection.reaches()));
    }
  }

  private static void checkNumber(long number, long wanted) throws UnusableDelta {
    if (number != wanted) {
      throw UnusableDelta.incomplete(
          ("the log of %s has write %s where write %s is expected: it is truncated, or purged too"
                  + " far")
              .formatted(DeltaDatabase.FILE, number, wanted));
    }
  }

  private LoggedWrite write(SqliteRow row) throws SQLException, UnusableDelta {
    String id = row.optionalText("id");
    if (id == null || id.isBlank()) {
      throw new UnusableDelta(
          "write %s in the log of %s names no record"
              .formatted(row.whole("seq_id"), DeltaDatabase.FILE));
    }
    String metadata = row.optionalText("metadata");
    return new LoggedWrite(
        row.whole("seq_id"),
        operation(row.whole("operation"), id),
        id,
        vector(row, id),
        metadata == null ? Map.<String, MetadataValue>of() : MetadataJson.parse(id, metadata));
  }

  private float[] vector(SqliteRow row, String id) throws SQLException, UnusableDelta {
    byte[] bytes = row.bytes("vector");
    if (bytes == null) {
      return null;
    }
    String encoding = row.optionalText("encoding");
    if (!ENCODING.equals(encoding)) {
      throw new UnusableDelta(
          "%s has the vector of record %s in encoding %s where %s is expected"
              .formatted(DeltaDatabase.FILE, Excerpt.of(id), Excerpt.of(encoding), ENCODING));
    }
    if (bytes.length != dimension * Float.BYTES) {
      throw new UnusableDelta(
          "%s has a vector of %s bytes for record %s where %s numbers are expected"
              .formatted(DeltaDatabase.FILE, bytes.length, Excerpt.of(id), dimension));
    }
    return VectorBytes.read(bytes, 0, dimension, id, DeltaDatabase.FILE);
  }

  private static Operation operation(long code, String id) throws UnusableDelta {
    if (code < 0 || code >= OPERATIONS.length) {
      throw new UnusableDelta(
          "the log of %s has the unknown operation %s on record %s"
              .formatted(DeltaDatabase.FILE, code, Excerpt.of(id)));
    }
    return OPERATIONS[(int) code];
  }

  /** A write wrongly attributed to another collection would be lost silently. */
  private static void checkTopic(SqliteRow row, ChromaCollection collection)
      throws SQLException, UnusableDelta {
    String topic = row.optionalText("topic");
    if (topic == null || !topic.endsWith("/" + collection.id())) {
      throw new UnusableDelta(
          "write %s in the log of %s belongs to %s, not to the collection"
              .formatted(row.whole("seq_id"), DeltaDatabase.FILE, Excerpt.of(topic)));
    }
  }
}
