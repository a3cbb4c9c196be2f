package io.chromasync.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.Announcement;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.FactChange;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.RunDelta;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.receipts.Receipts;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readings of the table: what they list, what they do not understand, and the runs they find. */
class MapSnapshotsTest {

  private static final String IMAGE = "3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11";
  private static final Version AS_OF = new Version(1_780_000_000_000_000L, "");
  private static final TableItem ROW = Items.row(IMAGE, 1, 7, 8);
  private static final TableItem WORD = Items.word(IMAGE, 1, 7, 2, "ORGANIC");

  private OneInputStreamOperatorTestHarness<SnapshotPart, ResolveInput> operator;

  @BeforeEach
  void open() throws Exception {
    operator =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(new MapSnapshots(new Receipts())), 1, 1, 0);
    operator.open();
  }

  @AfterEach
  void close() throws Exception {
    operator.close();
  }

  @Test
  void anItemThatIsListedRestatesItsFactAsOfTheReading() throws Exception {
    process(partition(ROW, Items.letter(WORD, 1, "O"), WORD));

    SnapshotFacts listed = listed();
    assertThat(listed.whole()).isTrue();
    assertThat(listed.repair()).isFalse();
    assertThat(listed.partition()).isEqualTo(IMAGE);
    assertThat(listed.asOf()).isEqualTo(AS_OF);
    assertThat(listed.unreadable()).isEmpty();
    assertThat(listed.facts())
        .extracting(FactChange::entity)
        .as("a letter is no fact")
        .containsExactly(ReceiptKeys.row(1, 7), ReceiptKeys.word(1, 7, 2));
    assertThat(listed.facts())
        .allSatisfy(
            fact -> {
              assertThat(fact.version()).isEqualTo(AS_OF);
              assertThat(fact.noOp()).isTrue();
              assertThat(fact.inserted()).isFalse();
              assertThat(fact.fact()).isNotNull();
            });
  }

  @Test
  void anUnreadableItemIsADeadLetterAndItsEntityIsNotTakenToBeGone() throws Exception {
    process(partition(ROW.without("line_ids"), WORD));

    assertThat(listed().facts())
        .extracting(FactChange::entity)
        .doesNotContain(ReceiptKeys.row(1, 7));
    assertThat(listed().unreadable()).containsExactly(ReceiptKeys.row(1, 7));
    assertThat(side(MapItems.DEAD_LETTERS))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.reason()).isEqualTo(Reason.UNPARSABLE);
              assertThat(letter.entity()).isEqualTo("receipt/1/row/7");
              assertThat(letter.change().newItem()).contains("RECEIPT_ROW");
            });
  }

  @Test
  void anEmptyPartitionStillTellsThatAllIsGone() throws Exception {
    process(partition());

    assertThat(listed().whole()).isTrue();
    assertThat(listed().facts()).isEmpty();
  }

  @Test
  void itemsOfAnExportTellOfThemselvesAlone() throws Exception {
    process(
        new TableSnapshot(
            IMAGE,
            AS_OF,
            Extent.ITEMS,
            List.of(ROW.json()),
            List.of(WORD.sortKey()),
            false,
            "test"));

    assertThat(listed().whole()).isFalse();
    assertThat(listed().facts())
        .extracting(fact -> fact.entity() + " " + fact.isRemoval())
        .containsExactly(ReceiptKeys.row(1, 7) + " false", ReceiptKeys.word(1, 7, 2) + " true");
  }

  @Test
  void itemsThatMeanNothingAreNotHandedOn() throws Exception {
    process(items(Items.letter(WORD, 1, "O"), run("r1", "2026-03-02T18:05:25+00:00")));

    assertThat(operator.extractOutputValues()).isEmpty();
    assertThat(side(MapItems.DELTAS)).as("one item does not say which run is newest").isEmpty();
  }

  @Test
  void thatTheTableWasReadLeavesBesideTheFacts() throws Exception {
    process(SnapshotPart.end(AS_OF));

    assertThat(side(MapSnapshots.TABLES_READ)).containsExactly(Announcement.of(AS_OF));
    assertThat(operator.extractOutputValues()).isEmpty();
  }

  @Test
  void aRepairIsHandedOnAsOne() throws Exception {
    process(
        new TableSnapshot(
            IMAGE, AS_OF, Extent.PARTITION, List.of(WORD.json()), List.of(), true, "test"));

    assertThat(listed().repair()).isTrue();
  }

  @Test
  void onlyTheNewestRunOfEachReceiptIsLoaded() throws Exception {
    process(
        partition(
            run("b", "2026-03-02T18:05:25.700000+00:00"),
            run("a", "2026-03-02T18:05:26+00:00"),
            run("c", "2026-03-02T18:05:24+00:00"),
            Items.run(IMAGE, 2, "d")));

    assertThat(side(MapItems.DELTAS))
        .extracting(
            delta ->
                ReceiptKeys.receiptOf(delta.scope()) + " " + delta.run() + " " + delta.collection())
        .containsExactly("1 a words", "1 a lines", "2 d words", "2 d lines");
  }

  @Test
  void aRunIsBeforeEveryChangeOfTheSecondInWhichItWasCreated() throws Exception {
    process(partition(run("a", "2026-03-02T18:05:25.700000+00:00")));

    long second = Instant.parse("2026-03-02T18:05:25Z").getEpochSecond() * 1_000_000;
    assertThat(side(MapItems.DELTAS))
        .extracting(RunDelta::version)
        .containsOnly(new Version(second, ""))
        .allMatch(version -> new Version(second, "1").isAfter(version));
  }

  @Test
  void aRunIsNeverNewerThanTheSnapshotThatListsIt() throws Exception {
    process(partition(run("a", "2999-03-02T18:05:25+00:00")));

    assertThat(side(MapItems.DELTAS)).extracting(RunDelta::version).containsOnly(AS_OF);
  }

  @Test
  void onlyCollectionsThatAreNotDoneAreLoaded() throws Exception {
    TableItem run = run("a", "2026-03-02T18:05:25+00:00");

    process(partition(run.text("words_state", "PROCESSING").text("lines_state", "COMPLETED")));
    process(partition(run.text("words_state", "FAILED").without("lines_state")));

    assertThat(side(MapItems.DELTAS))
        .extracting(RunDelta::collection)
        .containsExactly(ReceiptTree.WORDS);
  }

  @Test
  void anOlderRunIsNotLoadedThoughTheNewestIsDone() throws Exception {
    process(
        partition(
            run("old", "2026-03-02T18:05:25+00:00"),
            run("new", "2026-03-02T18:05:26+00:00")
                .text("words_state", "COMPLETED")
                .text("lines_state", "COMPLETED")));

    assertThat(side(MapItems.DELTAS)).isEmpty();
  }

  @Test
  void aRunThatDoesNotSayWhenItWasCreatedIsLeftAlone() throws Exception {
    process(
        partition(
            run("a", "yesterday"),
            run("b", "2026-03-02T18:05:25+00:00").without("created_at"),
            run("c", "2026-03-02T18:05:20+00:00")));

    assertThat(side(MapItems.DELTAS)).extracting(RunDelta::run).containsOnly("c");
    assertThat(side(MapItems.DEAD_LETTERS)).isEmpty();
  }

  private void process(TableSnapshot snapshot) throws Exception {
    process(SnapshotPart.of(snapshot));
  }

  private void process(SnapshotPart part) throws Exception {
    operator.processElement(new StreamRecord<>(part));
  }

  private SnapshotFacts listed() {
    assertThat(operator.extractOutputValues()).hasSize(1);
    return operator.extractOutputValues().get(0).listed();
  }

  private <T> List<T> side(OutputTag<T> tag) {
    Queue<StreamRecord<T>> records = operator.getSideOutput(tag);
    return records == null ? List.of() : records.stream().map(StreamRecord::getValue).toList();
  }

  private static TableItem run(String run, String created) {
    return Items.run(IMAGE, 1, run).text("created_at", created);
  }

  private static TableSnapshot partition(TableItem... items) {
    return snapshot(Extent.PARTITION, items);
  }

  private static TableSnapshot items(TableItem... items) {
    return snapshot(Extent.ITEMS, items);
  }

  private static TableSnapshot snapshot(Extent extent, TableItem... items) {
    List<String> json = Stream.of(items).map(TableItem::json).toList();
    return new TableSnapshot(IMAGE, AS_OF, extent, json, List.of(), false, "test");
  }
}
