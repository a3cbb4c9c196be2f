package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.Batch;
import io.chromasync.model.Mutation;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.FakeChroma;
import io.chromasync.testing.FakeChroma.Fault;
import io.chromasync.testing.FakeChroma.Write;
import io.chromasync.window.GatherMutations;
import io.chromasync.window.LaneOf;
import io.chromasync.window.WindowSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Window and sink as Flink runs them, with checkpoints, on a server with faults. */
class ChromaSinkTest {

  private static final InMemoryReporter METRICS = InMemoryReporter.createWithRetainedMetrics();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .setConfiguration(METRICS.addToConfiguration(new Configuration()))
              .build());

  private FakeChroma chroma;

  @BeforeEach
  void start() {
    chroma = FakeChroma.start();
  }

  @AfterEach
  void stop() {
    chroma.close();
  }

  @Test
  void chromaEndsAsIfEveryMutationHadBeenWrittenAtOnceAndInOrder() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    Histories histories = new Histories(new Random(seed));
    List<Mutation> mutations = histories.mutations(3_000);
    ChromaModel expected = new ChromaModel();
    mutations.forEach(expected::apply);
    chroma
        .fail(2, Fault.status(503))
        .fail(1, Fault.cutAfter())
        .fail(1, Fault.cutBefore())
        .fail(2, Fault.hang())
        .fail(2, Fault.status(429, 1))
        .fail(1, Fault.cutAfter());

    JobExecutionResult result = run(mutations, Map.of("request-timeout", "500 ms"));

    assertThat(chroma.faultsLeft()).as("faults that did not happen").isZero();
    assertThat(chroma.records("words")).as("seed %d", seed).isEqualTo(expected.records());
    long out = counted(result, "mutations_batched");
    assertThat(out + counted(result, "mutations_coalesced")).isEqualTo(mutations.size());
    assertThat(
            counted(result, "records_upserted")
                + counted(result, "records_updated")
                + counted(result, "records_deleted")
                + counted(result, "sweeps_written"))
        .isEqualTo(out);
    assertThat(counted(result, "requests_retried")).isEqualTo(9);
    long probeAndLostAnswers = 1 + 2;
    assertThat(counted(result, "requests_sent"))
        .as("every request that Chroma acknowledged, and the faults")
        .isEqualTo(chroma.writes().size() - probeAndLostAnswers + 9);
  }

  @Test
  void whatChromaRefusesFailsTheJobAndSaysWhy() {
    chroma.fail(1, Fault.status(422));

    assertThatThrownBy(() -> run(List.of(Mutations.delete(1)), Map.of()))
        .rootCause()
        .hasMessage(
            "Chroma at %s: DELETE of 1 records in collection 'words' was refused: HTTP 422: as asked"
                + " for",
            chroma.url());
    assertThat(chroma.writes()).extracting(Write::operation).doesNotContain("delete");
  }

  private JobExecutionResult run(List<Mutation> mutations, Map<String, String> more)
      throws Exception {
    ChromaSettings settings = Settings.of(chroma.url(), more);
    ChromaSink sink = new ChromaSink(settings, Preflight.run(settings));
    WindowSettings window = new WindowSettings(Duration.ofMillis(20), 50, 1 << 20, 8);

    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.configure(
        new Configuration()
            .set(PipelineOptions.GENERIC_TYPES, false)
            .set(PipelineOptions.AUTO_GENERATE_UIDS, false)
            .set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
    env.enableCheckpointing(50);
    env.setParallelism(2);
    env.fromData(mutations)
        .uid("mutations")
        .keyBy(new LaneOf(window.lanes()))
        .process(new GatherMutations(window))
        .returns(Batch.class)
        .uid("window")
        .sinkTo(sink)
        .uid("bulk-write");
    return env.execute();
  }

  private static long counted(JobExecutionResult job, String name) {
    return METRICS.findMetrics(job.getJobID(), name).values().stream()
        .mapToLong(ChromaSinkTest::count)
        .sum();
  }

  private static long count(Metric metric) {
    return ((Counter) metric).getCount();
  }
}
