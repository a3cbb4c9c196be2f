package io.chromasync.simulation;

import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a run's producer writes: a vector with a single number, the place of the run in the true
 * order, and metadata in the form of the contract.
 */
record DeltaOf(String image, int receipt, int index) {

  Delta rows(List<List<Integer>> rows, boolean isBroken) {
    List<ReceiptFacts.Row> groups = new ArrayList<>();
    List<Embedding> embeddings = new ArrayList<>();
    for (List<Integer> lines : rows) {
      groups.add(new ReceiptFacts.Row(lines));
      embeddings.add(embedding(ReceiptTree.row(image, receipt, lines.get(0))));
    }
    return new Delta(this, ReceiptTree.LINES, groups, embeddings, isBroken);
  }

  Delta words(List<EntityKey> words, boolean isBroken) {
    List<Embedding> embeddings =
        words.stream()
            .map(
                word ->
                    embedding(
                        ReceiptTree.word(
                            image, receipt, ReceiptKeys.lineOf(word), ReceiptKeys.wordOf(word))))
            .toList();
    return new Delta(this, ReceiptTree.WORDS, List.of(), embeddings, isBroken);
  }

  private Embedding embedding(RecordKey record) {
    Map<String, MetadataValue> metadata =
        Map.of(
            "text", MetadataValue.of("text " + index),
            "x", MetadataValue.of(0.25),
            "merchant_name", MetadataValue.of("Given"),
            "place_id", MetadataValue.of("given " + index),
            "label_status", MetadataValue.of("unvalidated"));
    return new Embedding(record, new float[] {index}, "document " + index, metadata);
  }
}
