package io.chromasync.resolve;

import io.chromasync.resolve.rules.KeptVector;
import io.chromasync.resolve.rules.WorkingSet;
import org.apache.flink.api.common.state.MapState;

/** Vectors of the current key's partition in Flink's keyed state, by the id of their record. */
final class StoredVectors implements WorkingSet.Vectors {

  private final MapState<String, KeptVector> state;

  StoredVectors(MapState<String, KeptVector> state) {
    this.state = state;
  }

  @Override
  public KeptVector get(String id) {
    return StateAccess.of(() -> state.get(id));
  }

  @Override
  public void put(String id, KeptVector vector) {
    StateAccess.of(
        () -> {
          state.put(id, vector);
          return null;
        });
  }

  @Override
  public void remove(String id) {
    StateAccess.of(
        () -> {
          state.remove(id);
          return null;
        });
  }

  @Override
  public Iterable<KeptVector> all() {
    return StateAccess.of(state::values);
  }
}
