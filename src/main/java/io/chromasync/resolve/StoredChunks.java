package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.MapState;

/**
 * The chunks of the current key's image in Flink's keyed state, by path: RocksDB lets the values of
 * a map grow, but never its keys.
 */
final class StoredChunks implements ImageMemory.Chunks {

  private final MapState<String, Chunk> state;

  StoredChunks(MapState<String, Chunk> state) {
    this.state = state;
  }

  /** Whether nothing is known of the image. */
  boolean isEmpty() {
    return StateAccess.of(state::isEmpty);
  }

  @Override
  public Chunk get(EntityKey key) {
    return StateAccess.of(() -> state.get(key.path()));
  }

  @Override
  public void put(EntityKey key, Chunk chunk) {
    StateAccess.of(
        () -> {
          state.put(key.path(), chunk);
          return null;
        });
  }

  @Override
  public void remove(EntityKey key) {
    StateAccess.of(
        () -> {
          state.remove(key.path());
          return null;
        });
  }

  @Override
  public Iterable<EntityKey> keys() {
    List<EntityKey> keys = new ArrayList<>();
    StateAccess.of(state::keys).forEach(path -> keys.add(Chunk.keyAt(path)));
    return keys;
  }
}
