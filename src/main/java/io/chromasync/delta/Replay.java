package io.chromasync.delta;

import io.chromasync.model.MetadataValue;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BinaryOperator;

/**
 * Does to vectors and metadata what Chroma would do on opening its folder: each write of the log
 * that has not gone in yet. Vectors and metadata may stand at different writes, and each knows for
 * itself which records there are.
 */
final class Replay {

  private final ChromaCollection collection;
  private final Map<String, float[]> vectors;
  private final Map<String, Map<String, MetadataValue>> metadata;

  /** Changes both maps, which are by record id. */
  Replay(
      ChromaCollection collection,
      Map<String, float[]> vectors,
      Map<String, Map<String, MetadataValue>> metadata) {
    this.collection = collection;
    this.vectors = vectors;
    this.metadata = metadata;
  }

  /** The next write. */
  void apply(LoggedWrite write) {
    if (write.sequence() > collection.vectors().upTo()) {
      apply(write, vectors, write.vector(), (old, vector) -> vector == null ? old : vector);
    }
    if (write.sequence() > collection.metadata().upTo()) {
      apply(write, metadata, write.metadata(), Replay::merge);
    }
  }

  private static <T> void apply(
      LoggedWrite write, Map<String, T> kept, T written, BinaryOperator<T> merge) {
    String id = write.id();
    boolean there = kept.containsKey(id);
    switch (write.operation()) {
      case DELETE -> kept.remove(id);
      case UPSERT -> kept.put(id, merge.apply(kept.get(id), written));
      case ADD -> {
        if (!there) {
          kept.put(id, merge.apply(null, written));
        }
      }
      case UPDATE -> {
        if (there) {
          kept.put(id, merge.apply(kept.get(id), written));
        }
      }
    }
  }

  private static Map<String, MetadataValue> merge(
      Map<String, MetadataValue> old, Map<String, MetadataValue> written) {
    Map<String, MetadataValue> merged = old == null ? new HashMap<>() : old;
    written.forEach(
        (key, value) -> {
          if (value.isRemoved()) {
            merged.remove(key);
          } else {
            merged.put(key, value);
          }
        });
    return merged;
  }
}
