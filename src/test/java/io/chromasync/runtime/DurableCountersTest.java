package io.chromasync.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

// A harness's close() declares Exception.
@SuppressWarnings("try")
class DurableCountersTest {

  @Test
  void whatIsReadAgainAfterACrashIsCountedOnce() throws Exception {
    OperatorSubtaskState checkpoint;
    try (var crashed = open(null, 1, 0)) {
      process(crashed, "a", "b");
      checkpoint = crashed.snapshot(1, 1);
      process(crashed, "a", "a");
    }
    try (var restored = open(checkpoint, 1, 0)) {
      process(restored, "a", "a");

      assertThat(counts(restored)).containsExactlyInAnyOrder("read 4", "letter a 3", "letter b 1");
    }
  }

  @Test
  void aRescaleLosesNoCount() throws Exception {
    OperatorSubtaskState one;
    OperatorSubtaskState other;
    try (var first = open(null, 2, 0);
        var second = open(null, 2, 1)) {
      process(first, "a", "b");
      process(second, "a");
      one = first.snapshot(1, 1);
      other = second.snapshot(1, 1);
    }
    OperatorSubtaskState all = AbstractStreamOperatorTestHarness.repackageState(one, other);
    long read = 0;
    for (int subtask = 0; subtask < 3; subtask++) {
      OperatorSubtaskState share =
          AbstractStreamOperatorTestHarness.repartitionOperatorState(all, 128, 2, 3, subtask);
      try (var rescaled = open(share, 3, subtask)) {
        read +=
            counts(rescaled).stream()
                .filter(count -> count.startsWith("read "))
                .mapToLong(count -> Long.parseLong(count.substring("read ".length())))
                .sum();
      }
    }

    assertThat(read).isEqualTo(3);
  }

  /** Counts what comes, in all and by letter; says the counts when asked with an empty text. */
  private static final class Counting extends ProcessFunction<String, String>
      implements CheckpointedFunction {

    private transient DurableCounters counters;
    private transient List<String> letters;

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      counters = DurableCounters.of(context, getRuntimeContext().getMetricGroup());
      letters = new ArrayList<>(List.of("a", "b"));
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      counters.save();
    }

    @Override
    public void processElement(String letter, Context context, Collector<String> out) {
      if (!letter.isEmpty()) {
        counters.counter("read").inc();
        counters.counter("of", "letter", letter).inc();
        return;
      }
      out.collect("read " + counters.counter("read").getCount());
      letters.forEach(
          each ->
              out.collect(
                  "letter %s %s"
                      .formatted(each, counters.counter("of", "letter", each).getCount())));
    }
  }

  private static void process(
      OneInputStreamOperatorTestHarness<String, String> harness, String... letters)
      throws Exception {
    for (String letter : letters) {
      harness.processElement(letter, 0);
    }
  }

  private static List<String> counts(OneInputStreamOperatorTestHarness<String, String> harness)
      throws Exception {
    process(harness, "");
    return harness.extractOutputValues();
  }

  private static OneInputStreamOperatorTestHarness<String, String> open(
      OperatorSubtaskState state, int parallelism, int subtask) throws Exception {
    OneInputStreamOperatorTestHarness<String, String> harness =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(new Counting()), 128, parallelism, subtask);
    harness.setup(StringSerializer.INSTANCE);
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }
}
