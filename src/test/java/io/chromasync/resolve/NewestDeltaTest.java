package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.Deltas;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which rows a delta ends, also such as came without us. */
class NewestDeltaTest {

  private static final EntityKey RECEIPT = ReceiptKeys.receipt(1);

  private final ResolverRun run = new ResolverRun(new ReceiptProjection(true));

  @Test
  void everyNewerDeltaOfAKnownReceiptEndsTheRowsThatItLeavesOut() {
    RecordKey row = ReceiptTree.row(Changes.IMAGE, 1, 2);
    run.apply(Changes.insert(RECEIPT, 1));
    run.apply(Changes.insert(ReceiptKeys.line(1, 2), 1));
    open(10, 1);
    run.holding(row);

    open(20, 1);

    assertThat(run.records).doesNotContainKey(row.id());
    assertThat(run.mutations).extracting(m -> m.verb()).doesNotContain(Verb.DELETE_BY_FILTER);
  }

  @Test
  void everyNewerDeltaOfAnUnknownReceiptSweepsTheRowsThatItLeavesOut() {
    RecordKey held = ReceiptTree.row(Changes.IMAGE, 1, 1);
    RecordKey row = ReceiptTree.row(Changes.IMAGE, 1, 2);
    open(10, 1);
    run.holding(held, row);

    open(20, 1);

    assertThat(run.records).containsKey(held.id()).doesNotContainKey(row.id());
  }

  @Test
  void anOlderDeltaEndsNothingOfTheNewest() {
    RecordKey row = ReceiptTree.row(Changes.IMAGE, 1, 2);
    open(20, 2);
    run.holding(row);

    open(10, 1);

    assertThat(run.records).containsKey(row.id());
  }

  @Test
  void aDeltaThatIsOlderThanTheRemovalOfItsReceiptEndsNothing() {
    RecordKey row = ReceiptTree.row(Changes.IMAGE, 1, 2);
    run.apply(Changes.remove(RECEIPT, 20));
    run.apply(Changes.modify(RECEIPT, 30));
    run.holding(row);

    open(10, 1);

    assertThat(run.records).containsKey(row.id());
  }

  @Test
  void aRowThatCameAfterTheDeltaOfAnUnknownReceiptIsNotEndedWhenItIsFirstHeardOf() {
    RecordKey row = ReceiptTree.row(Changes.IMAGE, 1, 2);
    open(10, 1);
    run.holding(row);

    run.apply(Changes.modify(ReceiptKeys.line(1, 2), 20));

    assertThat(run.records).containsKey(row.id());
  }

  private void open(int second, int... primaries) {
    List<ReceiptFacts.Row> rows =
        Arrays.stream(primaries).mapToObj(line -> new ReceiptFacts.Row(List.of(line))).toList();
    run.apply(
        Deltas.opens(
            Deltas.delta(
                Changes.IMAGE,
                1,
                "run" + second,
                ReceiptTree.LINES,
                "p",
                Changes.version(second),
                null),
            rows));
  }
}
