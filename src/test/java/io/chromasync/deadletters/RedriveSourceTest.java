package io.chromasync.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Version;
import io.chromasync.runtime.IdleWatermarks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

// A CloseableIterator's close() declares Exception.
@SuppressWarnings("try")
class RedriveSourceTest {

  @RegisterExtension static final MiniClusterExtension CLUSTER = new MiniClusterExtension();

  private static final Duration OFTEN = Duration.ofMillis(100);

  @TempDir private Path folder;

  @Test
  void everyFileThatAppearsIsSentOnceAndWhatIsNoLetterIsLeftOut() throws Exception {
    Files.writeString(folder.resolve("one.jsonl"), line("1") + "\nnot a letter\n" + line("2"));

    try (CloseableIterator<ItemChange> changes = redriven().executeAndCollect()) {
      assertThat(List.of(changes.next(), changes.next()))
          .allMatch(ItemChange::redriven)
          .extracting(change -> change.version().sequence())
          .containsExactlyInAnyOrder("1", "2");
      // At once, as bin/redrive does: what grows while it is read fails a file source.
      Path hidden = Files.writeString(folder.resolve(".two.jsonl"), line("3"));
      Files.move(hidden, folder.resolve("two.jsonl"));
      assertThat(changes.next().version().sequence()).isEqualTo("3");
    }
  }

  @Test
  void aFolderThatIsWatchedDoesNotHoldBackEventTime() throws Exception {
    DataStream<ItemChange> redriven = redriven();
    DataStream<ItemChange> stream =
        redriven
            .getExecutionEnvironment()
            .fromData(change("7"))
            .uid("stream")
            .assignTimestampsAndWatermarks(
                WatermarkStrategy.<ItemChange>forMonotonousTimestamps()
                    .withTimestampAssigner((change, at) -> 7))
            .uid("time");

    try (CloseableIterator<String> due =
        stream
            .union(redriven)
            .keyBy(ItemChange::partitionKey)
            .process(new WhenItsTimeHasPassed())
            .uid("timers")
            .executeAndCollect()) {
      CompletableFuture<String> fired = CompletableFuture.supplyAsync(due::next);
      await().atMost(Duration.ofSeconds(60)).until(fired::isDone);
      assertThat(fired.join()).isEqualTo("passed");
    }
  }

  /** Says so when event time has passed an element. */
  private static final class WhenItsTimeHasPassed
      extends KeyedProcessFunction<String, ItemChange, String> {

    @Override
    public void processElement(ItemChange change, Context context, Collector<String> out) {
      context.timerService().registerEventTimeTimer(context.timestamp() + 1);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<String> out) {
      out.collect("passed");
    }
  }

  private DataStream<ItemChange> redriven() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    env.configure(new Configuration().set(PipelineOptions.GENERIC_TYPES, false));
    String uri = folder.toUri().toString();
    return RedriveSource.changes(
        env, new DeadLetterSettings("file:///letters", uri), OFTEN, new IdleWatermarks<>());
  }

  private static String line(String sequence) {
    return DeadLetterJson.line(new DeadLetter(change(sequence), null, Reason.TOO_LATE, "late"));
  }

  private static ItemChange change(String sequence) {
    return new ItemChange(
        Operation.INSERT, "IMAGE#a", "IMAGE", "{}", null, new Version(1, sequence), "test");
  }
}
