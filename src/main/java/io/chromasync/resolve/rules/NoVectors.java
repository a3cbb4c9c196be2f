package io.chromasync.resolve.rules;

import java.util.List;

/** Empty vector storage, for state that sends nothing and for which no run is loaded. */
public final class NoVectors implements WorkingSet.Vectors {

  @Override
  public KeptVector get(String id) {
    return null;
  }

  @Override
  public void put(String id, KeptVector vector) {
    throw new IllegalStateException("no vector can come here, but one did for " + id);
  }

  @Override
  public void remove(String id) {
    // Nothing is stored.
  }

  @Override
  public Iterable<KeptVector> all() {
    return List.of();
  }
}
