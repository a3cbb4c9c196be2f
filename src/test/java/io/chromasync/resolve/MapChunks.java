package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.resolve.rules.StateChunk;
import io.chromasync.resolve.rules.WorkingSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/** Chunks in a map, copied in and out as a state backend does. */
public final class MapChunks implements WorkingSet.Chunks {

  public final Map<EntityKey, StateChunk> chunks = new HashMap<>();

  @Override
  public StateChunk get(EntityKey key) {
    return copy(chunks.get(key));
  }

  @Override
  public void put(EntityKey key, StateChunk chunk) {
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

  private static StateChunk copy(StateChunk chunk) {
    return chunk == null
        ? null
        : new StateChunk(new HashMap<>(chunk.entries()), new HashMap<>(chunk.written()));
  }
}
