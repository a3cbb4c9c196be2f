package io.chromasync.receipts;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Embedding;
import io.chromasync.model.Fact;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.VectorBatches;
import java.util.ArrayList;
import java.util.List;

/** Rules for the deltas of compaction runs; the delta for {@code lines} groups lines into rows. */
record ReceiptBatches() implements VectorBatches {

  private static final long serialVersionUID = 1;

  /** Metadata key of the lines of a row. */
  private static final String ROW_LINES = "row_line_ids";

  @Override
  public List<CollectionName> collections() {
    return List.of(ReceiptTree.WORDS, ReceiptTree.LINES);
  }

  @Override
  public RecordKey record(RunDelta delta, String id) {
    return RecordIds.parse(delta, id);
  }

  @Override
  public Fact fact(RunDelta delta, List<Embedding> embeddings) throws InvalidBatchException {
    List<List<Integer>> rows = new ArrayList<>();
    if (delta.collection().equals(ReceiptTree.LINES)) {
      for (Embedding each : embeddings) {
        rows.add(RowLines.of(each.record(), each.metadata().get(ROW_LINES)));
      }
    }
    return new ReceiptFacts.Delta(rows, delta.run()).fact();
  }
}
