package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.mapping.ReceiptProjection;
import io.chromasync.model.Collection;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which rows a delta ends, also such as came without us. */
class NewestDeltaTest {

  private static final EntityKey RECEIPT = EntityKey.receipt(1);

  private final ResolverRun run = new ResolverRun(new ReceiptProjection(true));

  @Test
  void everyNewerDeltaOfAKnownReceiptEndsTheRowsThatItLeavesOut() {
    RecordKey row = RecordKey.row(Changes.IMAGE, 1, 2);
    run.apply(Changes.insert(RECEIPT, 1));
    run.apply(Changes.insert(EntityKey.line(1, 2), 1));
    open(10, 1);
    run.holding(row);

    open(20, 1);

    assertThat(run.records).doesNotContainKey(row.id());
    assertThat(run.mutations).extracting(m -> m.verb()).doesNotContain(Verb.SWEEP);
  }

  @Test
  void everyNewerDeltaOfAnUnknownReceiptSweepsTheRowsThatItLeavesOut() {
    RecordKey held = RecordKey.row(Changes.IMAGE, 1, 1);
    RecordKey row = RecordKey.row(Changes.IMAGE, 1, 2);
    open(10, 1);
    run.holding(held, row);

    open(20, 1);

    assertThat(run.records).containsKey(held.id()).doesNotContainKey(row.id());
  }

  @Test
  void anOlderDeltaEndsNothingOfTheNewest() {
    RecordKey row = RecordKey.row(Changes.IMAGE, 1, 2);
    open(20, 2);
    run.holding(row);

    open(10, 1);

    assertThat(run.records).containsKey(row.id());
  }

  @Test
  void aDeltaThatIsOlderThanTheRemovalOfItsReceiptEndsNothing() {
    RecordKey row = RecordKey.row(Changes.IMAGE, 1, 2);
    run.apply(Changes.remove(RECEIPT, 20));
    run.apply(Changes.modify(RECEIPT, 30));
    run.holding(row);

    open(10, 1);

    assertThat(run.records).containsKey(row.id());
  }

  @Test
  void aRowThatCameAfterTheDeltaOfAnUnknownReceiptIsNotEndedWhenItIsFirstHeardOf() {
    RecordKey row = RecordKey.row(Changes.IMAGE, 1, 2);
    open(10, 1);
    run.holding(row);

    run.apply(Changes.modify(EntityKey.line(1, 2), 20));

    assertThat(run.records).containsKey(row.id());
  }

  private void open(int second, int... primaries) {
    List<Fact.Row> rows =
        Arrays.stream(primaries).mapToObj(line -> new Fact.Row(List.of(line))).toList();
    run.apply(
        DeltaStep.opens(
            new RunDelta(
                Changes.IMAGE,
                1,
                "run" + second,
                Collection.LINES,
                "p",
                Changes.version(second),
                null),
            rows));
  }
}
