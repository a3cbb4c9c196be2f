package io.chromasync.resolve.rules;

import io.chromasync.model.EntityKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Chunks of one partition in a heap map instead of keyed state. */
public final class HeapChunks implements WorkingSet.Chunks {

  private final Map<EntityKey, StateChunk> chunks = new HashMap<>();

  @Override
  public StateChunk get(EntityKey key) {
    return chunks.get(key);
  }

  @Override
  public void put(EntityKey key, StateChunk chunk) {
    chunks.put(key, chunk);
  }

  @Override
  public void remove(EntityKey key) {
    chunks.remove(key);
  }

  @Override
  public Iterable<EntityKey> keys() {
    return List.copyOf(chunks.keySet());
  }

  /** Returns whether there are no chunks. */
  public boolean isEmpty() {
    return chunks.isEmpty();
  }

  /** Returns the chunks by the paths of their keys. The map is new; the chunks are not copied. */
  public Map<String, StateChunk> byPath() {
    Map<String, StateChunk> paths = new HashMap<>();
    chunks.forEach((key, chunk) -> paths.put(key.path(), chunk));
    return paths;
  }
}
