package io.chromasync.snapshot.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.ItemKey;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.model.Version;
import io.chromasync.receipts.Receipts;
import io.chromasync.snapshot.AsOf;
import io.chromasync.snapshot.SnapshotFailure;
import io.chromasync.snapshot.SnapshotSplit.Segment;
import io.chromasync.snapshot.SnapshotStep;
import io.chromasync.snapshot.TablePage.TableRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionGroupsTest {

  private static final Segment SPLIT = new Segment("scan/1", 0, 1, null);
  private static final Instant TEN = Instant.parse("2026-11-24T10:00:00.750Z");

  private final PartitionGroups groups =
      new PartitionGroups(SPLIT, new Receipts(), Duration.ofSeconds(60), "table T");

  @Test
  void aPartitionIsCompleteWhenAnotherBegins() {
    List<SnapshotStep> steps =
        groups.add(List.of(row("IMAGE#a", "1"), row("IMAGE#a", "2"), row("IMAGE#b", "1")), TEN);

    assertThat(steps)
        .containsExactly(
            new SnapshotStep(
                SnapshotPart.of(
                    new TableSnapshot(
                        "a",
                        new Version(
                            Instant.parse("2026-11-24T09:59:00Z").toEpochMilli() * 1000, ""),
                        Extent.PARTITION,
                        List.of("IMAGE#a/1", "IMAGE#a/2"),
                        List.of(),
                        false,
                        "table T")),
                SPLIT.at(new ItemKey("IMAGE#a", "2"))));
  }

  @Test
  void aPartitionOfManyPagesHoldsAsOfWhenTheFirstWasAskedFor() {
    assertThat(groups.add(List.of(row("IMAGE#a", "1")), TEN)).isEmpty();
    assertThat(groups.add(List.of(), TEN.plusSeconds(5))).isEmpty();
    assertThat(groups.add(List.of(row("IMAGE#a", "2")), TEN.plusSeconds(10))).isEmpty();

    List<SnapshotStep> steps = last(TEN.plusSeconds(20), row("IMAGE#a", "3"), row("IMAGE#b", "1"));

    assertThat(steps).hasSize(2);
    assertThat(steps.get(0).part().items().items()).hasSize(3);
    assertThat(steps.get(0).part().items().asOf()).isEqualTo(asOf(TEN));
    assertThat(steps.get(1).part().items().asOf()).isEqualTo(asOf(TEN.plusSeconds(20)));
    assertThat(steps.get(1).reached()).isEqualTo(SPLIT.at(new ItemKey("IMAGE#b", "1")));
  }

  @Test
  void whatIsInNoImageIsPassedOverAndCounted() {
    List<SnapshotStep> steps =
        last(
            TEN,
            row("BATCH#1", "1"),
            row("BATCH#1", "2"),
            row("IMAGE#", "1"),
            row("IMAGE#a#b", "1"));

    assertThat(steps).extracting(SnapshotStep::part).containsOnlyNulls();
    assertThat(steps.get(2).reached()).isEqualTo(SPLIT.at(new ItemKey("IMAGE#a#b", "1")));
    assertThat(groups.takePassedOver()).isEqualTo(4);
    assertThat(groups.takePassedOver()).isZero();
  }

  @Test
  void whatCompletesAPartitionFromBeyondTheSegmentIsNoPositionInIt() {
    groups.add(List.of(row("IMAGE#a", "1")), TEN);
    groups.complete(List.of(row("IMAGE#a", "2")));

    List<SnapshotStep> steps = groups.end();

    assertThat(steps).hasSize(1);
    assertThat(steps.get(0).part().items().items()).containsExactly("IMAGE#a/1", "IMAGE#a/2");
    assertThat(steps.get(0).reached()).isEqualTo(SPLIT.at(new ItemKey("IMAGE#a", "1")));
  }

  @Test
  void anEmptySegmentSaysNothing() {
    assertThat(last(TEN)).isEmpty();
  }

  @Test
  void aPartitionThatIsTooLargeIsRefusedBeforeAnyOfItIsTold() {
    String large = "x".repeat(1 << 20);
    TableRow row = new TableRow(new ItemKey("IMAGE#huge", "1"), large);
    groups.add(Collections.nCopies(64, row), TEN);

    assertThatThrownBy(() -> groups.add(List.of(row), TEN))
        .isInstanceOf(SnapshotFailure.class)
        .hasMessageContaining(
            "Partition huge has more than 67,108,864 characters in at least 65 items")
        .hasMessageContaining("'snapshot.mode' export");
  }

  /** However pages are cut, and wherever it goes on from, each partition comes whole and once. */
  @Test
  void goingOnFromAnyPositionGivesEveryPartitionWholeAndOnce() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<TableRow> table = table(random);
      List<String> expected = tell(table, null, table.size() + 1, new ArrayList<>());
      List<String> told = new ArrayList<>();
      ItemKey from = null;
      for (int crash = 0; crash < 3; crash++) {
        List<SnapshotStep> steps = new ArrayList<>();
        tell(table, from, 1 + random.nextInt(4), steps);
        int survives = random.nextInt(steps.size() + 1);
        for (SnapshotStep step : steps.subList(0, survives)) {
          told.add(text(step));
          from = ((Segment) step.reached()).after();
        }
      }
      told.addAll(tell(table, from, 3, new ArrayList<>()));
      assertThat(told).as("-Dseed=%s, round %s", seed, round).isEqualTo(expected);
    }
  }

  private static List<TableRow> table(Random random) {
    List<TableRow> rows = new ArrayList<>();
    for (int partition = 0; partition < random.nextInt(6); partition++) {
      String key = (random.nextInt(3) == 0 ? "OTHER#" : "IMAGE#") + partition;
      int items = 1 + random.nextInt(5);
      IntStream.range(0, items).forEach(item -> rows.add(row(key, "" + item)));
    }
    return rows;
  }

  /** Reads the table from after a key, in pages of some size. */
  private static List<String> tell(
      List<TableRow> table, ItemKey after, int pageSize, List<SnapshotStep> steps) {
    PartitionGroups groups =
        new PartitionGroups(SPLIT.at(after), new Receipts(), Duration.ofSeconds(60), "table T");
    int next = 0;
    while (after != null && !table.get(next++).key().equals(after)) {}
    do {
      int end = Math.min(next + pageSize, table.size());
      List<TableRow> rows = table.subList(next, end);
      steps.addAll(groups.add(rows, TEN));
      next = end;
    } while (next < table.size());
    steps.addAll(groups.end());
    return steps.stream().map(PartitionGroupsTest::text).toList();
  }

  private static String text(SnapshotStep step) {
    return step.part() == null ? "passed over" : step.part().items().items().toString();
  }

  private static Version asOf(Instant read) {
    return AsOf.version(AsOf.micros(read, Duration.ofSeconds(60)));
  }

  private static TableRow row(String partition, String sort) {
    return new TableRow(new ItemKey(partition, sort), partition + "/" + sort);
  }

  private List<SnapshotStep> last(Instant asked, TableRow... rows) {
    List<SnapshotStep> steps = new ArrayList<>(groups.add(List.of(rows), asked));
    steps.addAll(groups.end());
    return steps;
  }
}
