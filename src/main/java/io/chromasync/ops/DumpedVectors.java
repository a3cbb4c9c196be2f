package io.chromasync.ops;

import io.chromasync.model.DomainCollection;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityTree;
import io.chromasync.model.RecordKey;
import io.chromasync.resolve.PartitionDump;
import io.chromasync.resolve.rules.HeapVectors;
import io.chromasync.resolve.rules.KeptVector;
import java.util.Map;

/**
 * Retained vectors of a copied partition, without their numbers: they only show which writes would
 * contain a vector.
 */
final class DumpedVectors {

  private DumpedVectors() {}

  static HeapVectors of(PartitionDump state, EntityTree tree) {
    HeapVectors vectors = new HeapVectors();
    for (EntityKey chunk : state.chunks().keys()) {
      for (EntityKey entity : state.chunks().get(chunk).written().keySet()) {
        for (DomainCollection collection : tree.collections()) {
          if (collection.records() == entity.kind()) {
            add(tree.record(collection.collection(), state.partition(), entity), state, vectors);
          }
        }
      }
    }
    return vectors;
  }

  private static void add(RecordKey record, PartitionDump state, HeapVectors vectors) {
    if (state.vectors().containsKey(record.id())) {
      Embedding unknown = new Embedding(record, new float[0], null, Map.of());
      vectors.put(record.id(), new KeptVector(state.vectors().get(record.id()), unknown));
    }
  }
}
