package io.chromasync.resolve;

import io.chromasync.model.Version;
import io.chromasync.resolve.rules.KeptVector;
import io.chromasync.resolve.rules.WorkingSet;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;

/** Vectors of the current key's partition in Flink's keyed state, by the id of their record. */
final class StoredVectors implements WorkingSet.Vectors {

  static final MapStateDescriptor<String, KeptVector> STATE =
      new MapStateDescriptor<>("vectors", String.class, KeptVector.class);

  private final MapState<String, KeptVector> state;

  StoredVectors(MapState<String, KeptVector> state) {
    this.state = state;
  }

  /** Returns the version of each vector, by the id of its record. */
  Map<String, Version> versions() {
    Map<String, Version> versions = new TreeMap<>();
    all().forEach(kept -> versions.put(kept.embedding().record().id(), kept.version()));
    return versions;
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
