package io.chromasync.ops;

import io.chromasync.model.DomainCollection;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityTree;
import io.chromasync.model.RecordKey;
import io.chromasync.resolve.PartitionDump;
import io.chromasync.resolve.rules.KeptVector;
import io.chromasync.resolve.rules.WorkingSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Retained vectors of a copied partition, without their numbers: they only show which writes would
 * contain a vector.
 */
final class DumpedVectors implements WorkingSet.Vectors {

  private final Map<String, KeptVector> vectors = new HashMap<>();

  DumpedVectors(PartitionDump state, EntityTree tree) {
    for (EntityKey chunk : state.chunks().keys()) {
      for (EntityKey entity : state.chunks().get(chunk).written().keySet()) {
        for (DomainCollection collection : tree.collections()) {
          if (collection.records() == entity.kind()) {
            add(tree.record(collection.collection(), state.partition(), entity), state);
          }
        }
      }
    }
  }

  private void add(RecordKey record, PartitionDump state) {
    if (state.vectors().containsKey(record.id())) {
      Embedding unknown = new Embedding(record, new float[0], null, Map.of());
      vectors.put(record.id(), new KeptVector(state.vectors().get(record.id()), unknown));
    }
  }

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
