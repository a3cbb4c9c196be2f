package io.chromasync.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.Batch;
import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.model.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBKeyedStateBackend;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator on RocksDB, with Kryo forbidden: state, timers, snapshot and restore. */
class GatherMutationsOperatorTest {

  private static final WindowSettings SETTINGS =
      new WindowSettings(Duration.ofSeconds(1), 3, 2_000, 4);
  private static final WindowSettings OTHER_LANES =
      new WindowSettings(Duration.ofSeconds(1), 3, 2_000, 5);
  private static final int MAX_PARALLELISM = 128;
  private static final long START = 1_000;
  private static final long JUST_BEFORE_MAX_AGE = START + 999;
  private static final long MAX_AGE = START + 1_000;

  private KeyedOneInputStreamOperatorTestHarness<String, Mutation, Batch> harness;
  private long checkpoint;

  @BeforeEach
  void open() throws Exception {
    harness = harness(SETTINGS, 1, 0);
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

    restart(SETTINGS);
    harness.setProcessingTime(START);
    add(update(1, 20));
    harness.setProcessingTime(MAX_AGE);

    assertThat(batches()).hasSize(1);
    assertThat(batches().get(0).mutations()).containsExactly(sweepOfLine(9), update(1, 20));
    assertThat(batches().get(0).oldestMicros()).isEqualTo(1);
    assertThatNothingIsLeft();
  }

  @Test
  void aReportLeavesWithTheBatchOfWhatCameBeforeIt() throws Exception {
    add(update(1, 10), report("one", 11), update(2, 12));

    assertThat(batches()).hasSize(1);
    assertThat(batches().get(0).mutations()).containsExactly(update(1, 10), update(2, 12));
    assertThat(batches().get(0).reports()).containsExactly(report("one", 11).report());
    assertThatNothingIsLeft();
  }

  @Test
  void reportsAloneOpenAndCloseAWindow() throws Exception {
    add(report("two", 10), report("one", 11), report("two", 12));

    assertThat(batches()).hasSize(1);
    assertThat(batches().get(0).lane()).isEqualTo(lane());
    assertThat(batches().get(0).collection()).isEqualTo(Collection.WORDS);
    assertThat(batches().get(0).mutations()).isEmpty();
    assertThat(batches().get(0).reports())
        .extracting(RunReport::run)
        .as("none replaces another, not even its equal")
        .containsExactly("two", "one", "two");
    assertThatNothingIsLeft();
  }

  @Test
  void aSweepLeavesReportsAlone() throws Exception {
    add(update(1, 10), report("one", 11), sweepOfLine(1));

    harness.setProcessingTime(MAX_AGE);

    assertThat(batches().get(0).mutations()).containsExactly(sweepOfLine(1));
    assertThat(batches().get(0).reports()).hasSize(1);
  }

  @Test
  void reportsSurviveARestore() throws Exception {
    add(report("one", 10));

    restart(SETTINGS);
    harness.setProcessingTime(START);
    add(report("two", 11));
    harness.setProcessingTime(MAX_AGE);

    assertThat(batches().get(0).reports())
        .containsExactly(report("one", 10).report(), report("two", 11).report());
    assertThatNothingIsLeft();
  }

  @Test
  void stateOfAnotherNumberOfLanesIsRefusedHoweverOftenItWasRestored() throws Exception {
    add(update(1, 10));
    restart(SETTINGS);

    assertThatThrownBy(() -> restart(OTHER_LANES))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The setting 'window.lanes' is 5, but the state of the operator 'window' was written"
                + " with 4 and cannot change lanes: set it back to 4, or start the job without its"
                + " state");
  }

  @Test
  void aTaskThatIsNewInTheRestoreRefusesItToo() throws Exception {
    OperatorSubtaskState second =
        AbstractStreamOperatorTestHarness.repartitionOperatorState(
            harness.snapshot(++checkpoint, 1), MAX_PARALLELISM, 1, 2, 1);
    harness.close();

    harness = harness(OTHER_LANES, 2, 1);

    assertThatThrownBy(() -> harness.initializeState(second))
        .hasStackTraceContaining("'window.lanes' is 5");
  }

  private void assertThatNothingIsLeft() throws Exception {
    assertThat(stateEntries()).isZero();
    assertThat(harness.numProcessingTimeTimers()).isZero();
    assertThat(harness.numEventTimeTimers()).isZero();
  }

  private void add(Mutation... mutations) throws Exception {
    for (Mutation mutation : mutations) {
      harness.processElement(mutation, mutation.version().micros());
    }
  }

  private void restart(WindowSettings settings) throws Exception {
    OperatorSubtaskState state = harness.snapshot(++checkpoint, 1);
    harness.close();
    harness = harness(settings, 1, 0);
    harness.initializeState(state);
    harness.open();
  }

  /** Everything in RocksDB; a snapshot makes it write the timers that it buffers. */
  private int stateEntries() throws Exception {
    harness.snapshot(++checkpoint, 1);
    RocksDBKeyedStateBackend<?> backend =
        (RocksDBKeyedStateBackend<?>) harness.getOperator().<String>getKeyedStateBackend();
    return backend.numKeyValueStateEntries();
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
    return Mutation.upsert(
        RecordKey.word("img", 1, 1, word),
        new float[] {1},
        document,
        Map.of(),
        new Version(1, "1"));
  }

  private static Mutation report(String run, long micros) {
    return Mutation.report(
        new RunReport("img", 1, run, Collection.WORDS, 3, null, null, null),
        new Version(micros, "1"));
  }

  private static Mutation sweepOfLine(int line) {
    return Mutation.sweep(
        RecordKey.below(Collection.WORDS, "img", EntityKey.line(1, line)), new Version(1, "1"));
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, Mutation, Batch> harness(
      WindowSettings settings, int parallelism, int subtask) throws Exception {
    KeyedOneInputStreamOperatorTestHarness<String, Mutation, Batch> harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new GatherMutations(settings)),
            new LaneOf(settings.lanes()),
            Types.STRING,
            MAX_PARALLELISM,
            parallelism,
            subtask);
    harness.setStateBackend(new EmbeddedRocksDBStateBackend());
    harness
        .getExecutionConfig()
        .getSerializerConfig()
        .configure(
            new Configuration().set(PipelineOptions.GENERIC_TYPES, false),
            GatherMutationsOperatorTest.class.getClassLoader());
    return harness;
  }
}
