package io.chromasync.simulation;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.RunDelta;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.testing.Deltas;
import java.util.ArrayList;
import java.util.List;

/**
 * What lies in the store for one delta of a run.
 *
 * @param of who wrote it, for which receipt
 * @param rows of {@code lines}
 * @param isBroken whether it cannot be loaded
 */
record Delta(
    DeltaOf of,
    CollectionName collection,
    List<ReceiptFacts.Row> rows,
    List<Embedding> embeddings,
    boolean isBroken) {

  /** What names it, in a history and in what is told of it. */
  static String name(String image, int receipt, String run, CollectionName collection) {
    return "%s of %s, %s".formatted(run, receiptName(image, receipt), collection);
  }

  static String name(RunDelta delta) {
    return name(
        delta.partition(), ReceiptKeys.receiptOf(delta.scope()), delta.run(), delta.collection());
  }

  static String receiptName(String image, int receipt) {
    return image + "/receipt/" + receipt;
  }

  String receiptName() {
    return receiptName(of.image(), of.receipt());
  }

  /** The place of its run in the true order. */
  int index() {
    return of.index();
  }

  /** What its loading yields. */
  List<DeltaStep> steps(RunDelta delta) {
    if (isBroken) {
      return List.of(DeltaStep.fails(delta, "the store has lost it"));
    }
    List<DeltaStep> steps = new ArrayList<>();
    steps.add(Deltas.opens(delta, rows));
    embeddings.forEach(embedding -> steps.add(DeltaStep.brings(delta, embedding)));
    steps.add(DeltaStep.ends(delta));
    return steps;
  }

  @Override
  public String toString() {
    List<String> entities = embeddings.stream().map(each -> each.record().entity().path()).toList();
    return (isBroken ? "broken " : "")
        + collection
        + rows.stream().map(ReceiptFacts.Row::lineIds).toList()
        + entities;
  }
}
