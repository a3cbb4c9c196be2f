package io.chromasync.delta;

import io.chromasync.delta.format.ChromaCollection;
import io.chromasync.delta.format.DeltaDatabase;
import io.chromasync.delta.format.LogReplay;
import io.chromasync.delta.format.MetadataJson;
import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.delta.format.VectorSegment;
import io.chromasync.model.Embedding;
import io.chromasync.model.Excerpt;
import io.chromasync.model.Fact;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.VectorBatches;
import io.chromasync.model.VectorBatches.InvalidBatchException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads an unpacked delta from a local folder: a Chroma folder with one collection. In it, Chroma 1
 * stores
 *
 * <ul>
 *   <li>{@code chroma.sqlite3}: the log of all writes, or of the last writes, and the metadata of
 *       all records up to a log position;
 *   <li>a folder with the vectors up to another log position, once there were a thousand writes.
 * </ul>
 *
 * <p>Metadata and vectors are read separately. The log is replayed on top of each, from the
 * respective log position. A delta is read completely or not at all. A malformed delta is bad; a
 * delta with missing or inconsistent parts is incomplete.
 */
final class DeltaFolder implements DeltaReader {

  private static final long serialVersionUID = 1;

  private final VectorBatches batches;

  /** Creates a reader of the deltas of a domain. */
  DeltaFolder(VectorBatches batches) {
    this.batches = batches;
  }

  /**
   * Reads the content of a delta, in the order of the records' ids.
   *
   * @param dimension dimension of each vector
   */
  @Override
  public DeltaContent read(Path folder, RunDelta delta, int dimension) throws UnusableDelta {
    try {
      return content(folder, delta, dimension);
    } catch (RuntimeException | StackOverflowError e) {
      // Untrusted bytes can cause any runtime exception, so all of them are caught.
      throw UnusableDelta.incomplete(
          "the delta is malformed: reading it failed with " + Excerpt.of(e), e);
    }
  }

  private DeltaContent content(Path folder, RunDelta delta, int dimension) throws UnusableDelta {
    try (DeltaDatabase database = DeltaDatabase.open(folder)) {
      ChromaCollection collection = database.collection(delta.collection(), dimension);
      Map<String, float[]> vectors = new HashMap<>();
      if (collection.vectors().upTo() > 0) {
        vectors.putAll(VectorSegment.read(folder, collection, dimension));
      }
      Map<String, Map<String, MetadataValue>> metadata = database.metadata(collection);
      database.log(collection, dimension, new LogReplay(collection, vectors, metadata)::apply);
      return content(delta, vectors, metadata);
    }
  }

  private DeltaContent content(
      RunDelta delta,
      Map<String, float[]> vectors,
      Map<String, Map<String, MetadataValue>> metadata)
      throws UnusableDelta {
    List<Embedding> embeddings = new ArrayList<>(metadata.size());
    for (Map.Entry<String, Map<String, MetadataValue>> each : new TreeMap<>(metadata).entrySet()) {
      RecordKey record = record(delta, each.getKey());
      float[] vector = vectors.remove(each.getKey());
      if (vector == null) {
        throw UnusableDelta.incomplete(
            "chroma.sqlite3 has record %s without a vector".formatted(record.id()));
      }
      Map<String, MetadataValue> values = each.getValue();
      String document = MetadataJson.removeDocument(record.id(), values);
      embeddings.add(new Embedding(record, vector, document, Map.copyOf(values)));
    }
    if (!vectors.isEmpty()) {
      throw UnusableDelta.incomplete(
          "chroma.sqlite3 lacks record %s, which has a vector"
              .formatted(Excerpt.of(new TreeMap<>(vectors).firstKey())));
    }
    return new DeltaContent(fact(delta, embeddings), embeddings);
  }

  private RecordKey record(RunDelta delta, String id) throws UnusableDelta {
    RecordKey key = id == null ? null : batches.record(delta, id);
    if (key == null) {
      throw new UnusableDelta(
          "%s has a record with the id \"%s\", which names no record of collection '%s' below %s of partition %s"
              .formatted(
                  DeltaDatabase.FILE,
                  Excerpt.of(id),
                  delta.collection(),
                  delta.scope(),
                  delta.partition()));
    }
    return key;
  }

  private Fact fact(RunDelta delta, List<Embedding> embeddings) throws UnusableDelta {
    try {
      return batches.fact(delta, embeddings);
    } catch (InvalidBatchException e) {
      throw new UnusableDelta(DeltaDatabase.FILE + " " + e.getMessage());
    }
  }
}
