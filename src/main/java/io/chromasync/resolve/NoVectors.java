package io.chromasync.resolve;

import java.util.List;

/** That no vector is kept, because none has come: only deltas bring any. */
final class NoVectors implements ImageMemory.Vectors {

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
    // There is none.
  }

  @Override
  public Iterable<KeptVector> all() {
    return List.of();
  }
}
