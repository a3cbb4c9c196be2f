package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.Mutation;
import io.chromasync.model.SinkCommittable;
import io.chromasync.model.SinkInput;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.FakeChroma;
import io.chromasync.testing.FakeChroma.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The sink as Flink runs it, with checkpoints, on a server with faults. */
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

  /** What no record may have in its id. */
  private static final String POISON = "#LINE#00001#WORD#00002";

  // Committers are made by Flink, in this JVM.
  private static final Queue<DeadLetter> LETTERS = new ConcurrentLinkedQueue<>();

  private FakeChroma chroma;

  @BeforeEach
  void start() {
    LETTERS.clear();
    chroma = FakeChroma.start();
  }

  @AfterEach
  void stop() {
    chroma.close();
  }

  @Test
  void chromaEndsAsIfEveryMutationHadBeenWrittenAtOnceAndInOrder() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    List<Mutation> mutations = new Replay(seed, 3_000).mutations();
    ChromaModel expected = new ChromaModel();
    mutations.forEach(expected::apply);
    chroma
        .fail(2, Fault.status(503))
        .fail(1, Fault.cutAfter())
        .fail(1, Fault.cutBefore())
        .fail(1, Fault.hang())
        .fail(2, Fault.status(429, 1))
        .fail(2, Fault.pageBefore(200))
        .fail(1, Fault.pageAfter(200))
        .fail(1, Fault.pageBefore(404))
        .fail(1, Fault.cutAfter());

    JobExecutionResult result =
        run(
            new Replay(seed, mutations.size()),
            Map.of("request-timeout", "5 s", "settle", "100 ms"));

    assertThat(gauged(result, "numberOfCompletedCheckpoints")).as("checkpoints").isPositive();
    assertThat(chroma.faultsLeft()).as("faults that did not happen").isZero();
    assertThat(chroma.records("words")).as("seed %s", seed).isEqualTo(expected.records());
    assertThat(
            counted(result, "mutations_coalesced")
                + counted(result, "records_upserted")
                + counted(result, "records_updated")
                + counted(result, "records_deleted")
                + counted(result, "deletes_by_filter_written"))
        .isEqualTo(mutations.size());
    assertThat(counted(result, "requests_retried")).isGreaterThanOrEqualTo(12);
    assertThat(counted(result, "requests_sent") - counted(result, "requests_retried"))
        .as("acknowledged requests, of which every one was applied")
        .isPositive()
        .isLessThanOrEqualTo(chroma.writes().size());
  }

  @Test
  void c01WhatChromaNeverAcknowledgesFailsTheJobAndSaysWhatCame() {
    chroma.fail(1_000, Fault.pageBefore(200));

    assertThatThrownBy(
            () -> run(new Replay(1, 10), Map.of("retry-budget", "2 s", "settle", "500 ms")))
        .rootCause()
        .hasMessageStartingWith("Chroma at %s: ", chroma.url())
        .hasMessageContaining("('chroma.retry-budget'); last: HTTP 200 (text/html: <!doctype html>")
        .hasMessageContaining("is not a response of Chroma");
    assertThat(chroma.records("words")).isEmpty();
  }

  @Test
  void whatIsWrongForAllRecordsFailsTheJobAndSaysWhatToChange() {
    chroma.fail(1_000, Fault.status(403));

    assertThatThrownBy(() -> run(new Replay(1, 10), Map.of()))
        .rootCause()
        .hasMessageStartingWith("Chroma at %s: ", chroma.url())
        .hasMessageEndingWith(
            "in collection 'words' was rejected: HTTP 403: as asked for; check"
                + " 'chroma.token-secret-arn' or the environment variable CHROMASYNC_CHROMA_TOKEN");
    assertThat(chroma.records("words")).isEmpty();
  }

  @Test
  void whatChromaTakesOfNoRecordFailsTheJobBeforeManyAreDeadLetters() {
    chroma.fail(1_000, Fault.status(422));

    assertThatThrownBy(() -> run(new Replay(1, 300), Map.of("max-rejected-in-a-row", "20")))
        .rootCause()
        .hasMessageContaining("20 mutations ")
        .hasMessageContaining("raise 'chroma.max-rejected-in-a-row'")
        .hasMessageEndingWith("last: HTTP 422: as asked for");
    assertThat(LETTERS)
        .as("what checkpoints covered before the bound of a verb was reached")
        .hasSizeLessThan(20 * Mutation.Verb.values().length);
  }

  @Test
  void whatChromaRefusesOfSomeRecordsIsToldOnceInDeadLetters() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    List<Mutation> mutations = new Replay(seed, 1_000).mutations();
    ChromaModel expected = new ChromaModel();
    mutations.stream().filter(each -> !isPoisonous(each)).forEach(expected::apply);
    chroma.poison(POISON);

    JobExecutionResult result = run(new Replay(seed, mutations.size()), Map.of());

    assertThat(chroma.records("words")).as("seed %s", seed).isEqualTo(expected.records());
    assertThat(LETTERS)
        .as("seed %s", seed)
        .isNotEmpty()
        .hasSize((int) counted(result, "records_rejected"))
        .allMatch(letter -> letter.reason() == DeadLetter.Reason.REJECTED)
        .allMatch(letter -> letter.detail().contains(POISON));
  }

  private static boolean isPoisonous(Mutation mutation) {
    return mutation.verb() != Mutation.Verb.DELETE_BY_FILTER
        && mutation.record().id().contains(POISON);
  }

  private JobExecutionResult run(Replay history, Map<String, String> more) throws Exception {
    ChromaSettings settings = Settings.of(chroma.url(), more);
    WindowSettings window = new WindowSettings(Duration.ofMillis(20), 50, 1 << 20);
    ChromaSink sink =
        new ChromaSink(
            new ReceiptTree(),
            settings,
            window,
            Preflight.run(settings),
            Recording::new,
            null,
            Duration.ofDays(10));

    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.configure(
        new Configuration()
            .set(PipelineOptions.GENERIC_TYPES, false)
            .set(PipelineOptions.AUTO_GENERATE_UIDS, false)
            .set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
    env.enableCheckpointing(50);
    env.setParallelism(2);
    DataGeneratorSource<Mutation> mutations =
        new DataGeneratorSource<>(
            history,
            history.count(),
            RateLimiterStrategy.perSecond(2_000),
            TypeInformation.of(Mutation.class));
    env.fromSource(mutations, WatermarkStrategy.noWatermarks(), "mutations")
        .uid("mutations")
        .setParallelism(1)
        .map(SinkInput::of)
        .returns(SinkInput.class)
        .uid("inputs")
        .setParallelism(1)
        .keyBy(input -> input.mutation().record().partition())
        .process(new PassOn())
        .uid("images")
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

  private static long gauged(JobExecutionResult job, String name) {
    return METRICS.findMetrics(job.getJobID(), name).values().stream()
        .mapToLong(metric -> ((Gauge<?>) metric).getValue() instanceof Number n ? n.longValue() : 0)
        .sum();
  }

  private static final class Recording implements Committer<SinkCommittable> {

    @Override
    public void commit(java.util.Collection<CommitRequest<SinkCommittable>> requests) {
      requests.forEach(request -> LETTERS.addAll(request.getCommittable().letters()));
    }

    @Override
    public void close() {}
  }

  /** A history by its number, made again wherever it is needed. */
  private record Replay(long seed, int count) implements GeneratorFunction<Long, Mutation> {

    List<Mutation> mutations() {
      return LongStream.range(0, count).mapToObj(this::map).toList();
    }

    @Override
    public Mutation map(Long index) {
      return new Histories(new Random(seed + index)).mutations(1).get(0);
    }
  }
}
