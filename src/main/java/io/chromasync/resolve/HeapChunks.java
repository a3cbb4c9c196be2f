package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The chunks of one image while nobody else needs them. */
final class HeapChunks implements ImageMemory.Chunks {

  private final Map<EntityKey, Chunk> chunks = new HashMap<>();

  @Override
  public Chunk get(EntityKey key) {
    return chunks.get(key);
  }

  @Override
  public void put(EntityKey key, Chunk chunk) {
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

  boolean isEmpty() {
    return chunks.isEmpty();
  }

  Map<String, Chunk> byPath() {
    Map<String, Chunk> paths = new HashMap<>();
    chunks.forEach((key, chunk) -> paths.put(key.path(), chunk));
    return paths;
  }
}
