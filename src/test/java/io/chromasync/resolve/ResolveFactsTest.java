package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.Mutation;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.resolve.ResolveSettings.TooLate;
import io.chromasync.resolve.rules.KeptVector;
import io.chromasync.resolve.rules.StateChunk;
import io.chromasync.testing.ResolveHarness;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator on RocksDB, with Kryo forbidden: state, timers, snapshot and restore. */
class ResolveFactsTest {

  private static final EntityKey WORD = ReceiptKeys.word(1, 2, 1);
  private static final EntityKey TAX = ReceiptKeys.label(1, 2, 1, "TAX");
  private static final Duration RETENTION = Duration.ofDays(1);
  private static final int DAY = (int) RETENTION.toSeconds();
  private static final int HOUR = (int) Duration.ofHours(1).toSeconds();

  private ResolveHarness harness;

  @BeforeEach
  void open() throws Exception {
    harness = harness(RETENTION, TooLate.DEAD_LETTER);
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void factsOutliveACrash() throws Exception {
    process(Changes.insert(WORD, 10));
    process(Changes.remove(WORD, 30));

    restart(harness.snapshot(1, 1));
    process(Changes.label(TAX, ValidationStatus.VALID, 20));
    process(Changes.remove(WORD, 30));

    assertThat(harness.mutations()).as("nothing new, nothing back").isEmpty();
  }

  @Test
  void aRemovalIsForgottenOnTheHourAfterTheRetentionInEventTime() throws Exception {
    process(Changes.insert(WORD, 10));
    process(Changes.remove(WORD, 30));
    assertThat(harness.numEventTimeTimers()).as("its own, and the image's").isEqualTo(2);

    watermark(30 + DAY);
    process(Changes.modify(WORD, 20));
    assertThat(harness.getSideOutput(ResolveFacts.DEAD_LETTERS))
        .as("remembered: superseded")
        .isNull();
    watermark(HOUR + DAY);
    process(Changes.modify(WORD, 20));

    assertThat(harness.getSideOutput(ResolveFacts.DEAD_LETTERS)).as("forgotten").hasSize(1);
  }

  @Test
  void aRetentionRaisedOverARestartForgetsLaterAndStillForgets() throws Exception {
    process(Changes.remove(WORD, 30));
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    harness = harness(RETENTION.multipliedBy(3), TooLate.DEAD_LETTER);
    harness.initializeState(state);
    harness.open();

    watermark(2 * DAY);
    process(Changes.modify(WORD, 20));
    assertThat(harness.getSideOutput(ResolveFacts.DEAD_LETTERS)).as("remembered").isNull();
    watermark(3 * DAY + HOUR);
    process(Changes.modify(WORD, 20));

    assertThat(harness.getSideOutput(ResolveFacts.DEAD_LETTERS)).as("forgotten").hasSize(1);
  }

  @Test
  void theFactsInStateAreCounted() throws Exception {
    process(Changes.insert(WORD, 10));
    process(Changes.modify(WORD, 11));
    process(Changes.label(TAX, ValidationStatus.VALID, 20));
    assertThat(factsLive()).as("a word and its label").isEqualTo(2);

    process(Changes.remove(ReceiptKeys.receipt(1), 30));
    restart(harness.snapshot(1, 1));
    assertThat(factsLive()).as("a removal is remembered, too").isEqualTo(3);

    watermark(2 * DAY);
    assertThat(harness.images()).isEmpty();
    assertThat(factsLive()).isZero();
  }

  private long factsLive() throws Exception {
    return harness.count("facts_remembered") - harness.count("facts_forgotten");
  }

  @Test
  void theRemovalsOfAnHourShareATimer() throws Exception {
    for (int word = 1; word <= 5; word++) {
      process(Changes.remove(ReceiptKeys.word(1, 2, word), word));
    }

    assertThat(harness.numEventTimeTimers()).as("and the image has its own").isEqualTo(2);
  }

  @Test
  void aChangeTooLateToBeJudgedLeavesAsADeadLetter() throws Exception {
    watermark(3 * DAY);

    process(Changes.insert(WORD, DAY));

    assertThat(harness.mutations()).isEmpty();
    assertThat(harness.getSideOutput(ResolveFacts.DEAD_LETTERS))
        .singleElement()
        .satisfies(
            letter -> {
              DeadLetter value = letter.getValue();
              assertThat(value.reason()).isEqualTo(DeadLetter.Reason.TOO_LATE);
              assertThat(value.entity()).isEqualTo("receipt/1/line/2/word/1");
              assertThat(value.detail()).contains("resolve.tombstone-retention (PT24H)");
            });
  }

  @Test
  void aChangeTooLateToBeJudgedIsAppliedIfTheSettingSaysSo() throws Exception {
    harness.close();
    harness = harness(RETENTION, TooLate.APPLY);
    harness.open();
    watermark(3 * DAY);

    process(Changes.insert(WORD, DAY));

    assertThat(harness.mutations()).hasSize(1);
    assertThat(harness.getSideOutput(ResolveFacts.DEAD_LETTERS)).isNull();
  }

  @Test
  void imagesDoNotMix() throws Exception {
    process(Changes.insert(WORD, 10));
    FactChange other = Changes.remove(WORD, 20);
    process(new FactChange("b", other.entity(), other.fact(), other.version(), false, false, null));

    assertThat(harness.mutations())
        .extracting(m -> m.verb() + " " + m.record().partition())
        .containsExactly("UPDATE a", "DELETE b");
  }

  @Test
  void nothingOnTheWireOrInStateNeedsKryo() {
    for (Class<?> type :
        List.of(
            FactChange.class,
            DeltaStep.class,
            Mutation.class,
            DeadLetter.class,
            StateChunk.class,
            KeptVector.class)) {
      assertThat(TypeInformation.of(type).toString())
          .as(type.getName())
          .doesNotContain("GenericType");
    }
  }

  private void process(FactChange change) throws Exception {
    harness.process(change);
  }

  private void watermark(int second) throws Exception {
    harness.watermark(second);
  }

  private void restart(OperatorSubtaskState state) throws Exception {
    harness.close();
    harness = harness(RETENTION, TooLate.DEAD_LETTER);
    harness.initializeState(state);
    harness.open();
  }

  private static ResolveHarness harness(Duration retention, TooLate tooLate) throws Exception {
    return new ResolveHarness(
        new LabelsOfWords(), new ResolveSettings(retention, tooLate, Duration.ZERO));
  }
}
