package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Rollback;
import io.chromasync.model.RunDelta;
import io.chromasync.model.RunReport;
import io.chromasync.receipts.ReceiptFacts;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator after Chroma went back: what it writes again, and what it cannot. */
class ResolveRollbackTest {

  private static final EntityKey LINE = ReceiptKeys.line(1, 2);
  private static final EntityKey WORD = ReceiptKeys.word(1, 2, 1);
  private static final RecordKey RECORD = ReceiptTree.word(Changes.IMAGE, 1, 2, 1);
  private static final RecordKey ROW = ReceiptTree.row(Changes.IMAGE, 1, 2);
  private static final int VECTORS = (int) Duration.ofMinutes(10).toSeconds();

  private ResolveHarness harness;
  private int seen;

  @BeforeEach
  void open() throws Exception {
    harness =
        new ResolveHarness(
            new ReceiptProjection(true),
            new ResolveSettings(
                Duration.ofDays(2), TooLate.DEAD_LETTER, Duration.ofSeconds(VECTORS)));
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void c02ARecordWhoseVectorIsKeptIsWrittenWholeInPlaceOfAnyOther() throws Exception {
    bring(run(30), RECORD);
    skip();

    rollBack(10);

    assertThat(verbsOf(RECORD)).containsExactly(Verb.DELETE, Verb.UPSERT);
    assertThat(harness.count("vectors_unrepaired")).isZero();
    assertThat(harness.count("rewrites")).isEqualTo(1);
  }

  @Test
  void c02AVectorThatChromaHoldsIsWrittenWithoutADeletion() throws Exception {
    bring(run(30), RECORD);
    skip();

    rollBack(40);

    assertThat(verbsOf(RECORD)).containsExactly(Verb.UPSERT);
  }

  @Test
  void c02AnUnkeptVectorThatCameSinceIsCountedAndItsMetadataIsWritten() throws Exception {
    harness.process(Changes.insert(WORD, 5));
    bring(run(30), RECORD);
    harness.watermark(30 + VECTORS + 60);
    skip();

    rollBack(10);

    assertThat(verbsOf(RECORD)).containsExactly(Verb.UPDATE);
    assertThat(harness.count("vectors_unrepaired")).isEqualTo(1);
  }

  @Test
  void c02AnUnkeptVectorThatChromaHoldsIsNoLoss() throws Exception {
    harness.process(Changes.insert(WORD, 5));
    bring(run(30), RECORD);
    harness.watermark(30 + VECTORS + 60);
    skip();

    rollBack(40);

    assertThat(verbsOf(RECORD)).containsExactly(Verb.UPDATE);
    assertThat(harness.count("vectors_unrepaired")).isZero();
  }

  /** The vector is older than the backup, but was hidden when that was made. */
  @Test
  void c02AnUnkeptVectorWhoseWordCameBackSinceIsCounted() throws Exception {
    harness.process(Changes.insert(WORD, 5));
    harness.process(Changes.remove(WORD, 20));
    bring(run(30), RECORD);
    harness.process(Changes.insert(WORD, 50));
    harness.watermark(50 + VECTORS + 60);
    skip();

    rollBack(40);

    assertThat(harness.count("vectors_unrepaired")).isEqualTo(1);
  }

  @Test
  void c02WhatIsRemovedIsDeletedAgain() throws Exception {
    bring(run(30), RECORD);
    harness.process(Changes.remove(WORD, 50));
    skip();

    rollBack(40);

    assertThat(verbsOf(RECORD)).containsExactly(Verb.DELETE);
  }

  @Test
  void c02WhatLiesBelowARemovedLineIsSweptAgain() throws Exception {
    bring(run(30), RECORD);
    harness.process(Changes.remove(LINE, 50));
    skip();

    rollBack(40);

    assertThat(since())
        .anySatisfy(
            mutation -> {
              assertThat(mutation.verb()).isEqualTo(Verb.DELETE_BY_FILTER);
              assertThat(mutation.record().entity()).isEqualTo(LINE);
            });
  }

  /** What was carried out before the backup is in it, and batch vectors may have come since. */
  @Test
  void c02ARemovalOfBeforeIsNotRepeatedOfWhatIsBack() throws Exception {
    harness.process(Changes.insert(WORD, 5));
    harness.process(Changes.remove(WORD, 20));
    harness.process(Changes.insert(WORD, 30));
    skip();

    rollBack(40);
    assertThat(verbsOf(RECORD)).containsExactly(Verb.UPDATE);

    skip();
    rollBack(10, 200_000, 300_000);
    assertThat(verbsOf(RECORD)).startsWith(Verb.DELETE);
  }

  @Test
  void c02ARowThatTheNewestDeltaLeavesOutIsDeletedAgain() throws Exception {
    harness.process(Changes.insert(ReceiptKeys.receipt(1), 1));
    harness.process(Changes.insert(LINE, 2));
    RunDelta first = delta(ReceiptTree.LINES, 30);
    harness.process(Deltas.opens(first, List.of(new ReceiptFacts.Row(List.of(2)))));
    harness.process(DeltaStep.brings(first, embedding(ROW, 30)));
    harness.process(Deltas.opens(delta(ReceiptTree.LINES, 50), List.of()));
    assertThat(verbsOf(ROW)).endsWith(Verb.DELETE);
    skip();

    rollBack(40);

    assertThat(verbsOf(ROW)).contains(Verb.DELETE).doesNotContain(Verb.UPSERT);
  }

  @Test
  void c02EveryLabelIsWrittenAgainThoughItsHashIsStored() throws Exception {
    harness.process(Changes.insert(WORD, 5));
    harness.process(Changes.label(ReceiptKeys.label(1, 2, 1, "TAX"), ValidationStatus.VALID, 6));
    skip();

    rollBack(40);

    assertThat(since())
        .filteredOn(mutation -> mutation.record().equals(RECORD))
        .singleElement()
        .satisfies(
            word -> assertThat(word.metadata().toString()).contains("valid_labels_array", "TAX"));
  }

  @Test
  void c02ARollbackThatWasRepairedAlreadyIsNotRepairedAgain() throws Exception {
    bring(run(30), RECORD);
    rollBack(10, 1_000, 2_000);
    skip();

    // Of another task, which had its last mark acknowledged before that.
    rollBack(10, 1_001, 2_005);
    assertThat(since()).isEmpty();

    rollBack(10, 2_000, 3_000);
    assertThat(since()).isNotEmpty();
    assertThat(harness.count("rewrites")).isEqualTo(2);
  }

  /** There was no mark between: the last one that Chroma acknowledged is older than the notice. */
  @Test
  void c02AChromaThatGoesBackFurtherSoonAfterARepairIsRepairedAgain() throws Exception {
    repairOne();

    harness.rolledBack(new Rollback(10_300, 10_350, 15_505, 10_000));
    assertThat(since()).as("noticed by another task").isEmpty();

    harness.rolledBack(new Rollback(10_100, 10_300, 15_505, 9_000));
    assertThat(verbsOf(RECORD)).contains(Verb.UPSERT);
    assertThat(harness.count("rewrites")).isEqualTo(2);
  }

  /**
   * To the same backup: another task, which has no mark since the first, cannot tell them apart.
   */
  @Test
  void c02ARollbackThatIsNoticedAfterARepairBeganIsRepairedAgain() throws Exception {
    repairOne();

    harness.rolledBack(new Rollback(10_300, 10_350, 21_100, 10_000));
    assertThat(verbsOf(RECORD)).contains(Verb.UPSERT);
  }

  @Test
  void c02ARunThatIsLoadedAgainBringsItsVectorsBack() throws Exception {
    bring(run(30), RECORD);
    harness.watermark(30 + VECTORS + 60);
    rollBack(10);
    skip();

    // Its item says only when it was created.
    RunDelta again =
        Deltas.delta(
            Changes.IMAGE,
            1,
            "run30",
            ReceiptTree.WORDS,
            "p",
            Changes.version(29),
            Changes.redriven(29));
    bring(again, RECORD);
    harness.process(DeltaStep.ends(again));

    assertThat(verbsOf(RECORD)).containsExactly(Verb.UPSERT);
    assertThat(harness.lastReport()).isEqualTo(RunReport.completed(again, 1));
  }

  @Test
  void c02AnotherRunThatIsOlderStaysSuperseded() throws Exception {
    bring(run(30), RECORD);
    skip();

    bring(
        Deltas.delta(
            Changes.IMAGE,
            1,
            "another",
            ReceiptTree.WORDS,
            "p",
            Changes.version(29),
            Changes.redriven(29)),
        RECORD);

    assertThat(since()).isEmpty();
  }

  /** What was written since this second of event time may be lost. */
  private void rollBack(int since) throws Exception {
    long at = TimeUnit.SECONDS.toMillis(since);
    harness.rolledBack(new Rollback(at + 1, at + 2, at + 3, at));
  }

  private void rollBack(int since, long to, long noticed) throws Exception {
    harness.rolledBack(new Rollback(1, to, noticed, TimeUnit.SECONDS.toMillis(since)));
  }

  /** A rollback to 10.300 s, which is noticed at 15.500 s and repaired. */
  private void repairOne() throws Exception {
    bring(run(30), RECORD);
    harness.rolledBack(new Rollback(10_300, 10_400, 15_500, 10_000));
    skip();
  }

  private void skip() {
    seen = harness.mutations().size();
  }

  private List<Mutation> since() {
    List<Mutation> all = harness.mutations();
    return all.subList(seen, all.size());
  }

  private List<Verb> verbsOf(RecordKey record) {
    return since().stream()
        .filter(mutation -> mutation.record().equals(record))
        .map(Mutation::verb)
        .toList();
  }

  private void bring(RunDelta delta, RecordKey... records) throws Exception {
    harness.process(Deltas.opens(delta, List.of()));
    for (RecordKey record : records) {
      harness.process(DeltaStep.brings(delta, embedding(record, 30)));
    }
  }

  private static Embedding embedding(RecordKey record, int number) {
    return new Embedding(record, new float[] {number}, "TOTAL", Map.of());
  }

  private static RunDelta run(int second) {
    return delta(ReceiptTree.WORDS, second);
  }

  private static RunDelta delta(CollectionName collection, int second) {
    return Deltas.delta(
        Changes.IMAGE, 1, "run" + second, collection, "p", Changes.version(second), null);
  }
}
