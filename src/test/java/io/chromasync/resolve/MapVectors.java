package io.chromasync.resolve;

import io.chromasync.resolve.rules.KeptVector;
import io.chromasync.resolve.rules.WorkingSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The vectors of one image in a map. */
public final class MapVectors implements WorkingSet.Vectors {

  public final Map<String, KeptVector> vectors = new TreeMap<>();

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
