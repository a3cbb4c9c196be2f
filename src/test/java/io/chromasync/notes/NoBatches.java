package io.chromasync.notes;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Embedding;
import io.chromasync.model.Fact;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.VectorBatches;
import java.util.List;

/** Vector batches of a domain without runs: none. */
record NoBatches() implements VectorBatches {

  private static final long serialVersionUID = 1;

  @Override
  public List<CollectionName> collections() {
    return List.of();
  }

  @Override
  public RecordKey record(RunDelta delta, String id) {
    return null;
  }

  @Override
  public Fact fact(RunDelta delta, List<Embedding> embeddings) throws InvalidBatchException {
    throw new InvalidBatchException("belongs to no collection");
  }
}
