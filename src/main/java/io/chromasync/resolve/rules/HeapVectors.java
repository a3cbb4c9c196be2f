package io.chromasync.resolve.rules;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Retained vectors of one partition in a heap map instead of keyed state. */
public final class HeapVectors implements WorkingSet.Vectors {

  private final Map<String, KeptVector> vectors = new HashMap<>();

  @Override
  public KeptVector get(String id) {
    return vectors.get(id);
  }

  @Override
  public void put(String id, KeptVector vector) {
    vectors.put(id, vector);
  }

  @Override
  public void remove(String id) {
    vectors.remove(id);
  }

  @Override
  public Iterable<KeptVector> all() {
    return List.copyOf(vectors.values());
  }
}
