package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * The chunks of the current key's image in Flink's keyed state, by path: RocksDB lets the values of
 * a map grow, but never its keys.
 */
final class StoredChunks implements ImageMemory.Chunks {

  private final MapState<String, Chunk> state;

  StoredChunks(MapState<String, Chunk> state) {
    this.state = state;
  }

  @Override
  public Chunk get(EntityKey key) {
    return access(() -> state.get(key.path()));
  }

  @Override
  public void put(EntityKey key, Chunk chunk) {
    access(
        () -> {
          state.put(key.path(), chunk);
          return null;
        });
  }

  @Override
  public void remove(EntityKey key) {
    access(
        () -> {
          state.remove(key.path());
          return null;
        });
  }

  @Override
  public Iterable<EntityKey> keys() {
    List<EntityKey> keys = new ArrayList<>();
    access(state::keys).forEach(path -> keys.add(Chunk.keyAt(path)));
    return keys;
  }

  /** MapState declares Exception; what comes is RocksDB in trouble, which no caller can mend. */
  private static <T> T access(Access<T> access) {
    try {
      return access.run();
    } catch (Exception e) {
      throw new FlinkRuntimeException("the state of resolve cannot be accessed", e);
    }
  }

  private interface Access<T> {
    T run() throws Exception;
  }
}
