package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityTree;
import io.chromasync.resolve.rules.HeapChunks;
import io.chromasync.resolve.rules.StateChunk;
import io.chromasync.resolve.rules.WorkingSet;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;

/**
 * Chunks of the current key's partition in Flink's keyed state, keyed by path: with RocksDB, the
 * values of a map state can evolve, but its keys cannot.
 */
final class StoredChunks implements WorkingSet.Chunks {

  private final MapState<String, StateChunk> state;
  private final EntityTree tree;

  StoredChunks(MapState<String, StateChunk> state, EntityTree tree) {
    this.state = state;
    this.tree = tree;
  }

  /** Descriptor of the state: chunks by the path of their key. */
  static MapStateDescriptor<String, StateChunk> state(EntityTree tree) {
    return new MapStateDescriptor<>("chunks", StringSerializer.INSTANCE, new ChunkSerializer(tree));
  }

  /** Returns true if the partition has no state. */
  boolean isEmpty() {
    return StateAccess.of(state::isEmpty);
  }

  /** Returns all chunks of the partition. */
  HeapChunks copy() {
    HeapChunks copy = new HeapChunks();
    keys().forEach(key -> copy.put(key, get(key)));
    return copy;
  }

  @Override
  public StateChunk get(EntityKey key) {
    return StateAccess.of(() -> state.get(key.path()));
  }

  @Override
  public void put(EntityKey key, StateChunk chunk) {
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
    StateAccess.of(state::keys).forEach(path -> keys.add(tree.chunkAt(path)));
    return keys;
  }
}
