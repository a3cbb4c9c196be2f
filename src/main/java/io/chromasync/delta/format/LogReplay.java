package io.chromasync.delta.format;

import io.chromasync.model.MetadataValue;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BinaryOperator;

/**
 * Applies writes of Chroma's log ({@code embeddings_queue}) to vectors and metadata in memory, as
 * Chroma does when it opens its folder: each write that is not applied yet. Vectors and metadata
 * may have different log positions. Each of the two maps determines which records exist in it.
 */
public final class LogReplay {

  private final ChromaCollection collection;
  private final Map<String, float[]> vectors;
  private final Map<String, Map<String, MetadataValue>> metadata;

  /**
   * @param vectors vectors by record id; modified
   * @param metadata metadata by record id; modified
   */
  public LogReplay(
      ChromaCollection collection,
      Map<String, float[]> vectors,
      Map<String, Map<String, MetadataValue>> metadata) {
    this.collection = collection;
    this.vectors = vectors;
    this.metadata = metadata;
  }

  /** Applies the next write. */
  public void apply(LoggedWrite write) {
    if (write.sequence() > collection.vectors().upTo()) {
      apply(write, vectors, write.vector(), (old, vector) -> vector == null ? old : vector);
    }
    if (write.sequence() > collection.metadata().upTo()) {
      apply(write, metadata, write.metadata(), LogReplay::merge);
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
