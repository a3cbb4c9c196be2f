package io.chromasync.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.Batch;
import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatherMutationsOperatorTest {

  private static final WindowSettings SETTINGS =
      new WindowSettings(Duration.ofSeconds(1), 3, 2_000, 4);
  private static final long START = 1_000;
  private static final long JUST_BEFORE_MAX_AGE = START + 999;
  private static final long MAX_AGE = START + 1_000;

  private KeyedOneInputStreamOperatorTestHarness<String, Mutation, Batch> harness;

  @BeforeEach
  void open() throws Exception {
    harness = harness();
    harness.open();
    harness.setProcessingTime(START);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void aWindowClosesWithItsLastRecord() throws Exception {
    add(update(1, 10), update(2, 9));
    assertThat(batches()).isEmpty();

    add(update(3, 11));

    assertThat(batches()).hasSize(1);
    assertThat(batches().get(0).lane()).isEqualTo(lane());
    assertThat(batches().get(0).collection()).isEqualTo(Collection.WORDS);
    assertThat(batches().get(0).mutations())
        .containsExactly(update(1, 10), update(2, 9), update(3, 11));
    assertThatNothingIsLeft();
  }

  @Test
  void aRecordCountsOnceHoweverOftenItChanges() throws Exception {
    add(update(1, 1), update(1, 2), update(1, 3), update(1, 4));

    assertThat(batches()).isEmpty();
  }

  @Test
  void aWindowClosesWithTooManyBytes() throws Exception {
    add(update(1, 1), document(2, "x".repeat(2_000)));

    assertThat(batches()).hasSize(1);
    assertThatNothingIsLeft();
  }

  @Test
  void aWindowClosesAtItsAgeAndTheNextBeginsAnew() throws Exception {
    add(update(1, 10));
    harness.setProcessingTime(JUST_BEFORE_MAX_AGE);
    add(update(1, 20));
    assertThat(batches()).isEmpty();

    harness.setProcessingTime(MAX_AGE);
    add(update(1, 30));

    assertThat(batches()).hasSize(1);
    assertThat(batches().get(0).mutations()).containsExactly(update(1, 20));
    assertThat(harness.numProcessingTimeTimers()).isEqualTo(1);
    harness.setProcessingTime(MAX_AGE + 1_000);
    assertThat(batches()).hasSize(2);
    assertThatNothingIsLeft();
  }

  @Test
  void aFullWindowTakesItsTimerAlong() throws Exception {
    add(update(1, 1), update(2, 1), update(3, 1));
    harness.setProcessingTime(START + 500);
    add(update(4, 1));

    harness.setProcessingTime(MAX_AGE);

    assertThat(batches()).hasSize(1);
  }

  @Test
  void freshnessIsMeasuredFromTheOldestChangeEvenIfItWasCoalescedAway() throws Exception {
    add(update(1, 10), update(1, 20), update(2, 15));

    harness.setProcessingTime(MAX_AGE);

    assertThat(batches().get(0).oldestMicros()).isEqualTo(10);
  }

  @Test
  void theEndOfTheInputClosesTheLastWindow() throws Exception {
    add(update(1, 1));

    harness.processWatermark(Watermark.MAX_WATERMARK);

    assertThat(batches()).hasSize(1);
    assertThatNothingIsLeft();
  }

  @Test
  void anOpenWindowSurvivesARestore() throws Exception {
    add(update(1, 10), sweepOfLine(9));
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();

    harness = harness();
    harness.initializeState(state);
    harness.open();
    harness.setProcessingTime(START);
    add(update(1, 20));
    harness.setProcessingTime(MAX_AGE);

    assertThat(batches()).hasSize(1);
    assertThat(batches().get(0).mutations()).containsExactly(sweepOfLine(9), update(1, 20));
    assertThat(batches().get(0).oldestMicros()).isEqualTo(1);
    assertThatNothingIsLeft();
  }

  private void assertThatNothingIsLeft() {
    assertThat(harness.numKeyedStateEntries()).isZero();
    assertThat(harness.numProcessingTimeTimers()).isZero();
    assertThat(harness.numEventTimeTimers()).isZero();
  }

  private void add(Mutation... mutations) throws Exception {
    for (Mutation mutation : mutations) {
      harness.processElement(mutation, mutation.version().micros());
    }
  }

  private List<Batch> batches() {
    return harness.extractOutputValues();
  }

  private static String lane() throws Exception {
    return new LaneOf(SETTINGS.lanes()).getKey(update(1, 1));
  }

  private static Mutation update(int word, long micros) {
    return Mutation.update(
        RecordKey.word("img", 1, 1, word),
        Map.of("changed", MetadataValue.of(micros)),
        new Version(micros, "1"));
  }

  private static Mutation document(int word, String document) {
    return new Mutation(
        Verb.UPSERT,
        RecordKey.word("img", 1, 1, word),
        new Version(1, "1"),
        new float[] {1},
        document,
        Map.of());
  }

  private static Mutation sweepOfLine(int line) {
    return Mutation.sweep(
        RecordKey.below(Collection.WORDS, "img", EntityKey.line(1, line)), new Version(1, "1"));
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, Mutation, Batch> harness()
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new GatherMutations(SETTINGS)),
        new LaneOf(SETTINGS.lanes()),
        Types.STRING);
  }
}
