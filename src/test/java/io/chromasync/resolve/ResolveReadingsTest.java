package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.ResolveSettings.TooLate;
import io.chromasync.testing.Deltas;
import io.chromasync.testing.ResolveHarness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The operator with readings of the table, on RocksDB and across crashes. */
class ResolveReadingsTest {

  private static final EntityKey LINE = ReceiptKeys.line(1, 2);
  private static final EntityKey WORD = ReceiptKeys.word(1, 2, 1);
  private static final EntityKey OTHER = ReceiptKeys.word(1, 2, 2);
  private static final RecordKey RECORD = ReceiptTree.word(Changes.IMAGE, 1, 2, 1);

  private static final int HOUR = (int) Duration.ofHours(1).toSeconds();

  private ResolveHarness harness;

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void whenTheTableWasReadImagesThatItDidNotListAreGone() throws Exception {
    open(false);
    harness.process(Changes.insert(WORD, 10));
    harness.process(of("b", Changes.insert(WORD, 10)));
    harness.process(of("c", Changes.insert(LINE, 30)));
    harness.process(of("c", Changes.insert(WORD, 30)));
    harness.process(Changes.read(20, LINE, WORD));
    int before = harness.mutations().size();

    harness.tableRead(asOf(20));

    assertThat(deletedSince(before)).as("c is newer").containsExactly("b");
  }

  @Test
  void theEndOfAReadingHoldsForImagesThatComeLaterAndAcrossACrash() throws Exception {
    open(false);
    harness.tableRead(asOf(20));
    restart(false);

    harness.process(Changes.insert(WORD, 10));
    harness.process(of("b", Changes.insert(LINE, 30)));
    harness.process(of("b", Changes.insert(WORD, 30)));

    assertThat(harness.mutations())
        .filteredOn(mutation -> mutation.record().entity().equals(WORD))
        .extracting(mutation -> mutation.record().partition() + " " + mutation.verb())
        .as("what came before the reading was not listed, so it is gone")
        .containsOnly(Changes.IMAGE + " DELETE", "b UPDATE");
  }

  @Test
  void whatWasListedBeforeACrashIsNotClosedAfterIt() throws Exception {
    open(false);
    harness.process(Changes.insert(WORD, 10));
    harness.process(Changes.insert(OTHER, 10));
    harness.process(Changes.read(20, LINE, WORD, OTHER));
    harness.process(of("b", Changes.insert(WORD, 10)));
    restart(false);

    harness.tableRead(asOf(20));

    assertThat(deletedSince(0)).containsExactly("b");
  }

  @Test
  void theEndOfAnOlderReadingClosesNothing() throws Exception {
    open(false);
    harness.tableRead(asOf(20));
    harness.process(Changes.insert(WORD, 25));
    int before = harness.mutations().size();

    harness.tableRead(asOf(20));
    harness.tableRead(asOf(10));
    assertThat(deletedSince(before)).isEmpty();
    harness.tableRead(asOf(30));

    assertThat(deletedSince(before)).containsExactly(Changes.IMAGE);
  }

  /** What it lists is too late item by item, so it would count as not listed. */
  @Test
  void c12TheEndOfAReadingThatBecameTooOldEndsNothing() throws Exception {
    open(false);
    harness.process(Changes.insert(LINE, 10));
    harness.process(Changes.insert(WORD, 10));
    harness.watermark(30 * HOUR);
    int before = harness.mutations().size();

    harness.tableRead(asOf(20));
    harness.process(Changes.label(ReceiptKeys.label(1, 2, 2, "TAX"), status(0), 31 * HOUR));

    assertThat(deletedSince(before)).isEmpty();
  }

  @Test
  void anImageThatTheTableDidNotListIsForgottenAfterTheRetentionThoughNothingTouchesIt()
      throws Exception {
    open(false);
    harness.process(Changes.insert(WORD, 10));
    bring(delta(12));
    harness.watermark(HOUR);
    restart(false);

    harness.tableRead(asOf(20));
    harness.watermark(HOUR);
    assertThat(harness.images()).as("remembered as gone").isNotEmpty();
    for (int hour = 2; hour <= 50; hour++) {
      harness.watermark(hour * HOUR);
    }

    assertThat(harness.images()).as("two retentions later").isEmpty();
    assertThat(harness.numEventTimeTimers()).isZero();
  }

  @Test
  void anImageThatIsThereKeepsOneTimer() throws Exception {
    open(false);
    for (int hour = 1; hour <= 100; hour++) {
      harness.process(Changes.label(ReceiptKeys.label(1, 2, 1, "TAX"), status(hour), hour * HOUR));
      harness.watermark(hour * HOUR);
    }

    assertThat(harness.numEventTimeTimers()).isEqualTo(1);
    harness.watermark(1_000 * HOUR);
    assertThat(harness.numEventTimeTimers()).as("there still").isEqualTo(1);
  }

  @Test
  void theEndOfTheInputSetsNoMoreTimers() throws Exception {
    open(false);
    harness.process(Changes.insert(WORD, 10));
    harness.endOfInput();

    assertThat(harness.numEventTimeTimers()).isZero();
    harness.process(Changes.insert(OTHER, 20));
    assertThat(harness.numEventTimeTimers()).isZero();
  }

  @Test
  void aFirstTouchHoldsChangesAndDeltasUntilTheReading() throws Exception {
    open(true);
    harness.process(Changes.remove(OTHER, 30));
    bring(delta(25));
    assertThat(harness.mutations()).isEmpty();

    harness.process(
        Changes.read(20, ReceiptKeys.image(), ReceiptKeys.receipt(1), LINE, WORD, OTHER));

    assertThat(harness.mutations())
        .extracting(mutation -> mutation.verb() + " " + mutation.record().entity().path())
        .contains("UPSERT " + WORD.path(), "DELETE " + OTHER.path());
    assertThat(harness.lastReport())
        .as("the delta's report goes behind what it brought")
        .isNotNull();
  }

  @Test
  void whatWaitsSurvivesARestoreInItsOrder() throws Exception {
    open(true);
    harness.process(Changes.remove(WORD, 30));
    bring(delta(35));
    harness.process(Changes.insert(WORD, 40));
    restart(true);
    assertThat(harness.mutations()).isEmpty();

    harness.process(Changes.read(20, ReceiptKeys.image(), ReceiptKeys.receipt(1), LINE, WORD));

    assertThat(harness.mutations())
        .filteredOn(mutation -> mutation.record().id().equals(RECORD.id()))
        .extracting(Mutation::verb)
        .as("hidden as it comes, and shown when its word is back")
        .endsWith(Mutation.Verb.UPSERT);
    int told = harness.mutations().size();
    harness.process(Changes.read(21, ReceiptKeys.image(), ReceiptKeys.receipt(1), LINE, WORD));
    assertThat(harness.mutations()).as("nothing waits twice").hasSize(told);
  }

  @Test
  void anImageThatIsNotThereIsKnownAfterItsReading() throws Exception {
    open(true);
    harness.process(Changes.remove(WORD, 30));

    harness.process(Changes.read(20));

    assertThat(deletedSince(0)).containsExactly(Changes.IMAGE);
    harness.process(Changes.remove(OTHER, 31));
    assertThat(harness.mutations())
        .extracting(mutation -> mutation.record().entity())
        .as("it does not wait again")
        .contains(OTHER);
  }

  @Test
  void afterTheWholeTableWasReadNothingWaits() throws Exception {
    open(true);
    harness.tableRead(asOf(20));

    harness.process(Changes.remove(WORD, 30));

    assertThat(deletedSince(0)).containsExactly(Changes.IMAGE);
  }

  @Test
  void imagesWaitEachForTheirOwnReading() throws Exception {
    open(true);
    harness.process(Changes.remove(WORD, 30));
    harness.process(of("b", Changes.remove(WORD, 30)));

    harness.process(Changes.read(20, LINE, WORD));

    assertThat(deletedSince(0)).containsExactly(Changes.IMAGE);
  }

  private static ValidationStatus status(int number) {
    return number % 2 == 0 ? ValidationStatus.VALID : ValidationStatus.INVALID;
  }

  private List<String> deletedSince(int from) {
    return harness.mutations().stream()
        .skip(from)
        .filter(mutation -> mutation.verb() == Mutation.Verb.DELETE)
        .map(mutation -> mutation.record().partition())
        .distinct()
        .toList();
  }

  private void bring(RunDelta delta) throws Exception {
    harness.process(Deltas.opens(delta, List.of()));
    harness.process(
        DeltaStep.brings(delta, new Embedding(RECORD, new float[] {1}, "ORGANIC", Map.of())));
    harness.process(DeltaStep.ends(delta));
  }

  private void open(boolean firstTouch) throws Exception {
    harness = harness(firstTouch);
    harness.open();
  }

  private void restart(boolean firstTouch) throws Exception {
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    harness = harness(firstTouch);
    harness.initializeState(state);
    harness.open();
  }

  private static RunDelta delta(int second) {
    return Deltas.delta(
        Changes.IMAGE, 1, "r1", ReceiptTree.WORDS, "words/r1/", Changes.version(second), null);
  }

  private static FactChange of(String image, FactChange change) {
    return new FactChange(
        image, change.entity(), change.fact(), change.version(), change.inserted(), false, null);
  }

  private static Version asOf(int second) {
    return new Version(second * 1_000_000L, "");
  }

  private static ResolveHarness harness(boolean firstTouch) throws Exception {
    return new ResolveHarness(
        new ReceiptProjection(true),
        new ResolveSettings(Duration.ofDays(1), TooLate.DEAD_LETTER, Duration.ofMinutes(10)),
        firstTouch);
  }
}
