package io.chromasync.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.RunDelta;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.runtime.VectorRoom;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator on a mailbox and a clock that the test moves. */
class DeltaOperatorTest {

  private static final int VECTORS = 3 * DeltaOperator.SLICE;

  /** Hangs where a test says so; the operator's copy is the same. */
  private static FakeStore store;

  private OneInputStreamOperatorTestHarness<RunDelta, ResolveInput> harness;

  @BeforeEach
  void reset() throws Exception {
    store = new FakeStore();
    harness = open(null);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void stepsComeAFewAtATimeAndOneDeltaAfterTheOther() throws Exception {
    harness.processElement(SampleRuns.words("1", "p"), 0);
    awaitSteps(DeltaOperator.SLICE);
    harness.processElement(SampleRuns.words("2", "p"), 0);
    awaitLoaded("2");

    assertThat(steps()).as("until time passes").hasSize(DeltaOperator.SLICE);

    pass(1);
    assertThat(steps()).hasSize(2 * DeltaOperator.SLICE);
    pass(10);
    assertThat(steps()).hasSize(2 * (VECTORS + 2));
    assertThat(steps().subList(0, VECTORS + 2)).allMatch(step -> step.delta().run().equals("1"));
    assertThat(steps().get(VECTORS + 1).kind()).isEqualTo(DeltaStep.Kind.ENDS);
  }

  @Test
  void noStepComesWhileTheWritersHaveNoRoom() throws Exception {
    VectorRoom room =
        VectorRoom.of(
            ((DeltaOperator) harness.getOneInputOperator())
                .getRuntimeContext()
                .getJobInfo()
                .getJobId());
    try (VectorRoom.Writer writer = room.enter()) {
      writer.full(true);
      harness.processElement(SampleRuns.words("1", "p"), 0);
      awaitLoaded("1");
      pass(10);
      assertThat(steps()).isEmpty();

      writer.full(false);
      pass(10);
      assertThat(steps()).hasSizeGreaterThan(DeltaOperator.SLICE);
    }
  }

  @Test
  void aDeltaOfWhichABarrierComesInTheMidstComesWholeAfterARestore() throws Exception {
    harness.processElement(SampleRuns.words("1", "p"), 0);
    awaitSteps(DeltaOperator.SLICE);
    OperatorSubtaskState midst = harness.snapshot(1, 1);
    pass(10);
    assertThat(steps()).hasSize(VECTORS + 2);
    OperatorSubtaskState end = harness.snapshot(2, 2);

    harness.close();
    harness = open(midst);
    awaitSteps(DeltaOperator.SLICE);
    pass(10);
    assertThat(steps()).hasSize(VECTORS + 2);

    harness.close();
    store = new FakeStore();
    harness = open(end);
    harness.processElement(SampleRuns.words("2", "p"), 0);
    awaitSteps(DeltaOperator.SLICE);
    assertThat(store.hasArrived("1")).as("what was emitted whole is not loaded again").isFalse();
  }

  @Test
  void whatIsNotLoadedYetIsLoadedAfterARestore() throws Exception {
    store.hang("1");
    harness.processElement(SampleRuns.words("1", "p"), 0);
    await().until(() -> store.hasArrived("1"));
    OperatorSubtaskState state = harness.snapshot(1, 1);

    harness.close();
    store = new FakeStore();
    harness = open(state);

    awaitSteps(DeltaOperator.SLICE);
    assertThat(steps().get(0).delta().run()).isEqualTo("1");
  }

  @Test
  void aBugFailsTheTaskAndNamesTheRun() throws Exception {
    store.fail("1", new IllegalStateException("a bug"));
    harness.processElement(SampleRuns.words("1", "p"), 0);

    assertThatThrownBy(() -> awaitSteps(1))
        .hasStackTraceContaining("The delta of run 1 could not be loaded")
        .hasStackTraceContaining("a bug");
  }

  private static OneInputStreamOperatorTestHarness<RunDelta, ResolveInput> open(
      OperatorSubtaskState state) throws Exception {
    OneInputStreamOperatorTestHarness<RunDelta, ResolveInput> harness =
        new OneInputStreamOperatorTestHarness<>(
            new LoadDeltas(
                SampleRuns.settings(Map.of()),
                SampleRuns.unwritten(),
                List.of(ReceiptTree.WORDS, ReceiptTree.LINES),
                (folder, delta, dimension) -> SampleRuns.content(VECTORS),
                settings -> store),
            1,
            1,
            0);
    harness.setup(
        TypeInformation.of(ResolveInput.class)
            .createSerializer(harness.getExecutionConfig().getSerializerConfig()));
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }

  private void awaitSteps(int count) throws Exception {
    while (steps().size() < count) {
      takeMail();
    }
  }

  /** Takes the mail of a delta of which no steps come yet. */
  private void awaitLoaded(String run) throws Exception {
    await().until(() -> store.hasArrived(run));
    takeMail();
  }

  private void takeMail() throws Exception {
    harness.getTaskMailbox().take(0).run();
  }

  private void pass(int times) throws Exception {
    for (int time = 0; time < times; time++) {
      harness.setProcessingTime(harness.getProcessingTime() + 1);
    }
  }

  private List<DeltaStep> steps() {
    return harness.extractOutputValues().stream().map(ResolveInput::step).toList();
  }
}
