package io.chromasync.bench;

import io.chromasync.mapping.MapItems;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ResolveInput;
import io.chromasync.receipts.Receipts;
import io.chromasync.testing.ItemChanges;
import java.util.List;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/**
 * The facts of one image, mapped once, from which any image has the same: so mapping costs nothing
 * while resolve is measured.
 */
record FactTemplate(List<FactChange> facts) {

  // A harness's close() declares Exception.
  @SuppressWarnings("try")
  static FactTemplate of(List<ItemChange> changes) throws Exception {
    try (OneInputStreamOperatorTestHarness<ItemChange, ResolveInput> mapping =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(new MapItems(new Receipts(), false)))) {
      mapping.open();
      for (ItemChange change : changes) {
        mapping.processElement(change, 0);
      }
      return new FactTemplate(
          mapping.extractOutputValues().stream().map(ResolveInput::change).toList());
    }
  }

  int size() {
    return facts.size();
  }

  /**
   * One of the facts for an image.
   *
   * @param second of the change's event time
   */
  FactChange of(int index, String image, long second) {
    FactChange fact = facts.get(index);
    return new FactChange(
        image,
        fact.entity(),
        fact.fact(),
        ItemChanges.at(second),
        fact.inserted(),
        fact.noOp(),
        fact.source());
  }
}
