package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.FlinkRuntimeException;

/** The chunks of the current key's image in Flink's keyed state. */
final class StoredChunks implements ImageMemory.Chunks {

  private final MapState<EntityKey, Chunk> state;

  StoredChunks(MapState<EntityKey, Chunk> state) {
    this.state = state;
  }

  @Override
  public Chunk get(EntityKey key) {
    return access(() -> state.get(key));
  }

  @Override
  public void put(EntityKey key, Chunk chunk) {
    access(
        () -> {
          state.put(key, chunk);
          return null;
        });
  }

  @Override
  public void remove(EntityKey key) {
    access(
        () -> {
          state.remove(key);
          return null;
        });
  }

  @Override
  public Iterable<EntityKey> keys() {
    return access(state::keys);
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
