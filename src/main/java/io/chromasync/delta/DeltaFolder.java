package io.chromasync.delta;

import io.chromasync.model.Collection;
import io.chromasync.model.Embedding;
import io.chromasync.model.Fact;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a delta that lies unpacked in a local folder: a folder of Chroma with one collection, in
 * which Chroma 1 keeps
 *
 * <ul>
 *   <li>{@code chroma.sqlite3}: the log of all writes, or of the last ones, and the metadata of all
 *       records up to a number of the log;
 *   <li>a folder with the vectors up to another number of the log, once there were a thousand
 *       writes.
 * </ul>
 *
 * <p>So each of the two is read and the log replayed on top, from its own number on. Nothing is
 * ever half read: what is odd makes the delta a bad one, what is missing or does not fit the rest
 * an incomplete one.
 */
final class DeltaFolder {

  private static final String ROW_LINES = "row_line_ids";

  private DeltaFolder() {}

  /**
   * All that a delta holds, in the order of the records' ids.
   *
   * @param dimension how many numbers each vector has
   */
  static DeltaContent read(Path folder, RunDelta delta, int dimension) throws BadDelta {
    try {
      return content(folder, delta, dimension);
    } catch (RuntimeException | StackOverflowError e) {
      // Bytes of others decide what runs, and no list of what they may break is ever complete.
      throw BadDelta.incomplete(
          "the delta makes no sense: reading it broke with " + Excerpt.of(e), e);
    }
  }

  private static DeltaContent content(Path folder, RunDelta delta, int dimension) throws BadDelta {
    try (DeltaDatabase database = DeltaDatabase.open(folder)) {
      ChromaCollection collection = database.collection(delta.collection(), dimension);
      Map<String, float[]> vectors = new HashMap<>();
      if (collection.vectors().upTo() > 0) {
        vectors.putAll(VectorSegment.read(folder, collection, dimension));
      }
      Map<String, Map<String, MetadataValue>> metadata = database.metadata(collection);
      database.log(collection, dimension, new Replay(collection, vectors, metadata)::apply);
      return content(delta, vectors, metadata);
    }
  }

  private static DeltaContent content(
      RunDelta delta,
      Map<String, float[]> vectors,
      Map<String, Map<String, MetadataValue>> metadata)
      throws BadDelta {
    List<Embedding> embeddings = new ArrayList<>(metadata.size());
    List<Fact.Row> rows = new ArrayList<>();
    RecordIds ids = RecordIds.of(delta);
    for (Map.Entry<String, Map<String, MetadataValue>> each : new TreeMap<>(metadata).entrySet()) {
      RecordKey record = ids.parse(each.getKey());
      float[] vector = vectors.remove(each.getKey());
      if (vector == null) {
        throw BadDelta.incomplete(
            "chroma.sqlite3 has record %s without a vector".formatted(record.id()));
      }
      Map<String, MetadataValue> values = each.getValue();
      String document = MetadataJson.removeDocument(record.id(), values);
      embeddings.add(new Embedding(record, vector, document, Map.copyOf(values)));
      if (delta.collection() == Collection.LINES) {
        rows.add(RowLines.of(record, values.get(ROW_LINES)));
      }
    }
    if (!vectors.isEmpty()) {
      throw BadDelta.incomplete(
          "chroma.sqlite3 lacks record %s, of which there is a vector"
              .formatted(Excerpt.of(new TreeMap<>(vectors).firstKey())));
    }
    return new DeltaContent(rows, embeddings);
  }
}
