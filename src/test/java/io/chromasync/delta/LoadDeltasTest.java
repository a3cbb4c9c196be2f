package io.chromasync.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.RunDelta;
import io.chromasync.receipts.ReceiptTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator in a real job of this JVM, where watermarks flow. */
class LoadDeltasTest {

  private static final int RUNS = 30;

  /** SampleRuns whose end went through; the job's operators live in this JVM. */
  private static final List<String> ENDED = new CopyOnWriteArrayList<>();

  private static final AtomicLong WATERMARK = new AtomicLong();
  private static CountDownLatch stuck;

  @BeforeEach
  void reset() {
    ENDED.clear();
    WATERMARK.set(Long.MIN_VALUE);
    stuck = new CountDownLatch(1);
  }

  @Test
  void aRunThatIsStuckHoldsUpEventTimeAloneAndTheEndFlushesAll() throws Exception {
    StreamExecutionEnvironment env = environment();
    DataStream<RunDelta> deltas =
        env.fromSequence(1, RUNS)
            .uid("numbers-of-runs")
            .map(new ToRun())
            .returns(TypeInformation.of(RunDelta.class))
            .uid("runs")
            .assignTimestampsAndWatermarks(watermarkAfterEach())
            .uid("watermarks");
    DataStream<Long> others =
        env.fromSequence(1, 1000)
            .uid("others")
            .assignTimestampsAndWatermarks(eventTime())
            .uid("event-time")
            .map(new SlowUntilReleased())
            .returns(Types.LONG)
            .uid("slow");

    LoadDeltas.load(
            deltas,
            new LoadDeltas(
                SampleRuns.settings(Map.of("concurrency", "2")),
                SampleRuns.unwritten(),
                List.of(ReceiptTree.WORDS, ReceiptTree.LINES),
                (folder, delta, dimension) -> SampleRuns.content(3),
                settings -> new StuckStore()))
        .keyBy(ResolveInput::partition)
        .connect(others.keyBy(number -> SampleRuns.IMAGE))
        .process(new Observe())
        .returns(Types.STRING)
        .uid("observe")
        .sinkTo(new DiscardingSink<>())
        .uid("sink");
    var job = env.executeAsync();

    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(ENDED).hasSize(RUNS - 1).doesNotContain("1"));
    assertThat(WATERMARK.get()).as("the stuck run comes first").isLessThan(1);
    assertThat(ENDED).as("still stuck").hasSize(RUNS - 1);

    stuck.countDown();
    job.getJobExecutionResult().get(1, TimeUnit.MINUTES);
    assertThat(ENDED).hasSize(RUNS).doesNotHaveDuplicates().endsWith("1");
  }

  private static StreamExecutionEnvironment environment() {
    Configuration configuration =
        new Configuration()
            .set(PipelineOptions.GENERIC_TYPES, false)
            .set(PipelineOptions.AUTO_GENERATE_UIDS, false)
            .set(PipelineOptions.OBJECT_REUSE, true);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    env.getConfig().setAutoWatermarkInterval(50);
    return env;
  }

  private static WatermarkStrategy<RunDelta> watermarkAfterEach() {
    return WatermarkStrategy.<RunDelta>forGenerator(context -> new AfterEach<>())
        .withTimestampAssigner((delta, before) -> Long.parseLong(delta.run()));
  }

  private static WatermarkStrategy<Long> eventTime() {
    return WatermarkStrategy.<Long>forGenerator(context -> new AfterEach<>())
        .withTimestampAssigner((number, before) -> number);
  }

  private static final class AfterEach<T> implements WatermarkGenerator<T> {
    @Override
    public void onEvent(T element, long timestamp, WatermarkOutput output) {
      output.emitWatermark(new Watermark(timestamp));
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {}
  }

  private static final class ToRun implements MapFunction<Long, RunDelta> {
    @Override
    public RunDelta map(Long number) {
      return SampleRuns.of(Long.toString(number), ReceiptTree.WORDS, "p");
    }
  }

  /** Passes half, then waits for the release: the other stream must not end on its own. */
  private static final class SlowUntilReleased implements MapFunction<Long, Long> {
    @Override
    public Long map(Long number) throws InterruptedException {
      if (number > 500) {
        stuck.await();
      }
      return number;
    }
  }

  /** Run 1 is unavailable until it is released. */
  private static final class StuckStore implements DeltaStore {
    @Override
    public void fetch(RunDelta delta, Path folder) throws Unavailable {
      if (delta.run().equals("1") && stuck.getCount() > 0) {
        throw new Unavailable("stuck", null);
      }
    }

    @Override
    public void close() {}
  }

  private static final class Observe
      extends KeyedCoProcessFunction<String, ResolveInput, Long, String> {
    @Override
    public void processElement1(ResolveInput input, Context context, Collector<String> out) {
      DeltaStep step = input.step();
      if (step.kind() == DeltaStep.Kind.ENDS) {
        ENDED.add(step.delta().run());
      }
    }

    @Override
    public void processElement2(Long number, Context context, Collector<String> out) {
      // Event time may come only after the last number, when the runs are found to be idle.
      context.timerService().registerEventTimeTimer(1);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<String> out) {
      WATERMARK.accumulateAndGet(context.timerService().currentWatermark(), Math::max);
    }
  }
}
