package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.model.Mutation;
import io.chromasync.model.RunReport;
import io.chromasync.model.SinkCommittable;
import io.chromasync.model.SinkInput;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.Deltas;
import io.chromasync.testing.FakeChroma;
import io.chromasync.testing.FakeChroma.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What Flink makes of reports, from the writer to the committer: the job has dozens of small runs,
 * each of four records of an image of its own and the report that they are there.
 */
@Timeout(120)
class ReportsJobTest {

  private static final int RECORDS = 4;
  private static final int RUNS = 40;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  /** What a committer was given, and how many records of the run Chroma held then. */
  private record Told(String run, long records) {}

  // Committers are made by Flink, in this JVM.
  private static final Queue<Told> TOLD = new ConcurrentLinkedQueue<>();
  private static final Queue<String> REFUSED = new ConcurrentLinkedQueue<>();
  private static final AtomicInteger REFUSALS = new AtomicInteger();

  private static FakeChroma chroma;

  @BeforeEach
  void start() {
    chroma = FakeChroma.start();
    TOLD.clear();
    REFUSED.clear();
    REFUSALS.set(0);
  }

  @AfterEach
  void stop() {
    chroma.close();
  }

  @Test
  void everyReportIsToldOnceAndWithAllBeforeItInChroma() throws Exception {
    chroma.fail(3, Fault.status(503)).fail(1, Fault.cutBefore()).fail(1, Fault.cutAfter());

    job(RUNS * (RECORDS + 1), RateLimiterStrategy.perSecond(400)).execute();

    assertThat(chroma.faultsLeft()).isZero();
    assertThat(TOLD).containsExactlyInAnyOrderElementsOf(allRuns());
  }

  /** A savepoint would not do: Flink tells nobody of one that does not end the job. */
  @Test
  void aReportWaitsForACheckpoint(@InjectMiniCluster MiniCluster cluster) throws Exception {
    StreamExecutionEnvironment env =
        job(Integer.MAX_VALUE, RateLimiterStrategy.perCheckpoint(RECORDS + 1));
    env.enableCheckpointing(Duration.ofHours(1).toMillis());
    JobClient job = env.executeAsync();
    try {
      while (recordsOf("run-0") < RECORDS) {
        Thread.sleep(10);
      }
      assertThat(TOLD).isEmpty();

      while (TOLD.isEmpty()) {
        cluster.triggerCheckpoint(job.getJobID(), CheckpointType.FULL).get();
        Thread.sleep(10);
      }
    } finally {
      job.cancel().get();
    }

    assertThat(TOLD.peek()).isEqualTo(new Told("run-0", RECORDS));
  }

  @Test
  void aRestoredJobTellsWhatWasPending() throws Exception {
    REFUSALS.set(1);

    job(RUNS * (RECORDS + 1), RateLimiterStrategy.perSecond(400)).execute();

    assertThat(REFUSED).isNotEmpty();
    assertThat(TOLD).extracting(Told::run).containsAll(REFUSED);
    assertThat(Set.copyOf(TOLD))
        .as("a restore may tell again what was told, but misses none")
        .containsExactlyInAnyOrderElementsOf(allRuns());
  }

  @Test
  void whatEmitsMutationsWriterAndCommitterAreOneTaskSoThatAnImageKeepsItsWriter() {
    assertThat(
            StreamSupport.stream(
                job(1, RateLimiterStrategy.noOp())
                    .getStreamGraph()
                    .getJobGraph()
                    .getVertices()
                    .spliterator(),
                false))
        .extracting(JobVertex::getName)
        .contains("images -> bulk-write: Writer -> bulk-write: Committer");
  }

  private static List<Told> allRuns() {
    return IntStream.range(0, RUNS).mapToObj(run -> new Told("run-" + run, RECORDS)).toList();
  }

  private static StreamExecutionEnvironment job(int mutations, RateLimiterStrategy<?> pace) {
    ChromaSettings settings = Settings.of(chroma.url());
    WindowSettings window = new WindowSettings(Duration.ofMillis(5), 3, 1 << 20);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.configure(
        new Configuration()
            .set(PipelineOptions.GENERIC_TYPES, false)
            .set(PipelineOptions.AUTO_GENERATE_UIDS, false)
            .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10)));
    env.enableCheckpointing(50);
    env.setParallelism(2);
    env.fromSource(
            new DataGeneratorSource<>(
                ReportsJobTest::mutation, mutations, pace, TypeInformation.of(SinkInput.class)),
            WatermarkStrategy.noWatermarks(),
            "mutations")
        .uid("mutations")
        .setParallelism(1)
        .keyBy(ReportsJobTest::image)
        .process(new PassOn())
        .name("images")
        .uid("images")
        .sinkTo(
            new ChromaSink(
                new ReceiptTree(),
                settings,
                window,
                Preflight.run(settings),
                Recording::new,
                null,
                Duration.ofDays(10)))
        .name("bulk-write")
        .uid("bulk-write");
    return env;
  }

  private static String image(SinkInput input) {
    return switch (input.kind()) {
      case MUTATION -> input.mutation().record().partition();
      case REPORT -> input.report().partition();
      case REWRITTEN -> throw new AssertionError("nothing goes back here");
    };
  }

  private static SinkInput mutation(long index) {
    String run = "run-" + index / (RECORDS + 1);
    int number = (int) (index % (RECORDS + 1));
    Version version = new Version(index, "1");
    return number == RECORDS
        ? SinkInput.of(Deltas.report(run, 1, run, ReceiptTree.WORDS, RECORDS, null, null, null))
        : SinkInput.of(
            Mutation.upsert(
                ReceiptTree.word(run, 1, 1, number),
                new float[] {1},
                "document",
                Map.of(),
                version));
  }

  private static long recordsOf(String image) {
    return chroma.records("words").keySet().stream()
        .filter(id -> id.startsWith("IMAGE#" + image + "#"))
        .count();
  }

  private static final class Recording implements Committer<SinkCommittable> {

    @Override
    public void commit(java.util.Collection<CommitRequest<SinkCommittable>> requests)
        throws IOException {
      if (!requests.isEmpty() && REFUSALS.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        requests.forEach(request -> REFUSED.add(Deltas.run(request.getCommittable().report())));
        throw new IOException("nobody to tell");
      }
      for (CommitRequest<SinkCommittable> request : requests) {
        RunReport report = request.getCommittable().report();
        TOLD.add(new Told(Deltas.run(report), recordsOf(report.partition())));
      }
    }

    @Override
    public void close() {}
  }
}
