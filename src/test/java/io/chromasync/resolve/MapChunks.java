package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/** Chunks in a map, copied in and out as a state backend does. */
final class MapChunks implements ImageMemory.Chunks {

  final Map<EntityKey, Chunk> chunks = new HashMap<>();

  @Override
  public Chunk get(EntityKey key) {
    return copy(chunks.get(key));
  }

  @Override
  public void put(EntityKey key, Chunk chunk) {
    chunks.put(key, copy(chunk));
  }

  @Override
  public void remove(EntityKey key) {
    chunks.remove(key);
  }

  @Override
  public Iterable<EntityKey> keys() {
    return new ArrayList<>(chunks.keySet());
  }

  private static Chunk copy(Chunk chunk) {
    return chunk == null
        ? null
        : new Chunk(new HashMap<>(chunk.entries()), new HashMap<>(chunk.written()));
  }
}
