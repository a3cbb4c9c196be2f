package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.RunReport;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator with runs, on RocksDB: how long vectors are kept, and how a run ends. */
class ResolveRunsTest {

  private static final EntityKey WORD = ReceiptKeys.word(1, 2, 1);
  private static final RecordKey RECORD = ReceiptTree.word(Changes.IMAGE, 1, 2, 1);
  private static final int TOMBSTONES = (int) Duration.ofDays(2).toSeconds();
  private static final int VECTORS = (int) Duration.ofMinutes(10).toSeconds();
  private static final int MINUTE = 60;
  private static final int HOUR = 60 * MINUTE;

  private int vectorRetention = VECTORS;
  private ResolveHarness harness;

  @BeforeEach
  void open() throws Exception {
    harness = harness();
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void aVectorOutlivesACrashUntilItsWordIsBack() throws Exception {
    bring(run(30), RECORD);
    harness.process(Changes.remove(WORD, 20));
    assertThat(verbs()).containsExactly(Verb.UPSERT, Verb.DELETE);

    restart(harness.snapshot(1, 1));
    harness.process(Changes.insert(WORD, 40));

    assertThat(harness.mutations())
        .singleElement()
        .satisfies(
            word -> {
              assertThat(word.verb()).isEqualTo(Verb.UPSERT);
              assertThat(word.embedding()).containsExactly(30);
              assertThat(word.document()).isEqualTo("TOTAL");
            });
  }

  @Test
  void aShownVectorIsForgottenAfterItsRetentionInEventTime() throws Exception {
    bring(run(30), RECORD);
    harness.watermark(30 + VECTORS + MINUTE);
    assertThat(harness.numEventTimeTimers()).as("the image's own").isEqualTo(1);

    harness.process(Changes.remove(WORD, 20));
    harness.process(Changes.insert(WORD, 40));

    assertThat(verbs()).containsExactly(Verb.UPSERT, Verb.DELETE, Verb.UPDATE);
  }

  @Test
  void aShownVectorIsForgottenAlsoWhenItsRetentionWasRaised() throws Exception {
    bring(run(30), RECORD);
    vectorRetention = 2 * VECTORS;
    restart(harness.snapshot(1, 1));

    harness.watermark(30 + VECTORS + MINUTE);
    assertThat(harness.numEventTimeTimers()).as("it is not due yet").isEqualTo(2);
    harness.watermark(30 + 2 * VECTORS + MINUTE);
    assertThat(harness.numEventTimeTimers()).as("the image's own").isEqualTo(1);
    harness.process(Changes.remove(WORD, 20));
    harness.process(Changes.insert(WORD, 40));

    assertThat(verbs()).doesNotContain(Verb.UPSERT);
  }

  @Test
  void aHiddenVectorIsKeptAsLongAsTombstonesAre() throws Exception {
    bring(run(30), RECORD);
    harness.process(Changes.remove(WORD, 20));

    harness.watermark(TOMBSTONES);
    harness.process(Changes.insert(WORD, 40));

    assertThat(verbs()).containsExactly(Verb.UPSERT, Verb.DELETE, Verb.UPSERT);
  }

  @Test
  void aHiddenVectorIsForgottenWithTombstones() throws Exception {
    bring(run(30), RECORD);
    harness.process(Changes.remove(WORD, 20));

    harness.watermark(TOMBSTONES + 2 * HOUR);
    harness.process(Changes.insert(WORD, TOMBSTONES + 2 * HOUR));

    assertThat(verbs()).containsExactly(Verb.UPSERT, Verb.DELETE, Verb.UPDATE);
  }

  @Test
  void theVectorsOfARunShareATimer() throws Exception {
    bring(run(30), RECORD, ReceiptTree.word(Changes.IMAGE, 1, 2, 2));

    assertThat(harness.numEventTimeTimers()).as("and the image has its own").isEqualTo(2);
  }

  @Test
  void theReportOfARunFollowsItsRecords() throws Exception {
    bring(run(30), RECORD);
    harness.process(DeltaStep.ends(run(30)));

    assertThat(verbs()).containsExactly(Verb.UPSERT);
    assertThat(report()).isEqualTo(RunReport.completed(run(30), 1));
  }

  @Test
  void aRunThatFailsIsReportedAndLeavesAsADeadLetter() throws Exception {
    harness.process(DeltaStep.fails(run(30), "There is no delta."));

    assertThat(report()).isEqualTo(RunReport.failed(run(30), "There is no delta."));
    assertThat(letters()).extracting(DeadLetter::reason).containsExactly(Reason.RUN_FAILED);
  }

  @Test
  void aDeltaOlderThanTombstonesOfAReceiptNobodyKnowsFails() throws Exception {
    harness.watermark(30 + TOMBSTONES + HOUR);

    bring(run(30), RECORD);
    harness.process(DeltaStep.ends(run(30)));

    assertThat(verbs()).isEmpty();
    assertThat(report().isFailure()).isTrue();
    assertThat(letters())
        .singleElement()
        .satisfies(
            letter ->
                assertThat(letter.detail())
                    .contains("resolve.tombstone-retention", "no delta of its scope is known"));
  }

  private void bring(RunDelta delta, RecordKey... records) throws Exception {
    harness.process(Deltas.opens(delta, List.of()));
    for (RecordKey record : records) {
      float[] vector = {delta.version().micros() / 1_000_000f};
      harness.process(DeltaStep.brings(delta, new Embedding(record, vector, "TOTAL", Map.of())));
    }
  }

  private List<Verb> verbs() {
    return harness.mutations().stream().map(Mutation::verb).toList();
  }

  private RunReport report() {
    return harness.lastReport();
  }

  private List<DeadLetter> letters() {
    return harness.getSideOutput(ResolveFacts.DEAD_LETTERS).stream()
        .map(letter -> letter.getValue())
        .toList();
  }

  private static RunDelta run(int second) {
    return Deltas.delta(
        Changes.IMAGE, 1, "run" + second, ReceiptTree.WORDS, "p", Changes.version(second), null);
  }

  private void restart(OperatorSubtaskState state) throws Exception {
    harness.close();
    harness = harness();
    harness.initializeState(state);
    harness.open();
  }

  private ResolveHarness harness() throws Exception {
    return new ResolveHarness(
        new ReceiptProjection(true),
        new ResolveSettings(
            Duration.ofSeconds(TOMBSTONES),
            TooLate.DEAD_LETTER,
            Duration.ofSeconds(vectorRetention)));
  }
}
