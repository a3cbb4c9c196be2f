package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.config.AwsAccess;
import io.chromasync.model.ItemChange;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.source.SourceSettings.OnGap;
import io.chromasync.source.SourceSettings.Reading;
import io.chromasync.source.dynamodb.DynamoDbStream;
import io.chromasync.source.lineage.StartPosition;
import io.chromasync.testing.FakeStreams;
import io.chromasync.testing.TestCredentials;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.scope.ScopeFormat;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.Collector;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The source in a real job on a cluster: what an operator behind it has remembered per key must be
 * exactly what the stream says, in order and once, after failures and rescaling.
 */
@Timeout(180)
class SourceJobTest {

  private static final InMemoryReporter REPORTER = InMemoryReporter.createWithRetainedMetrics();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(2)
              .setNumberSlotsPerTaskManager(2)
              .setConfiguration(REPORTER.addToConfiguration(new Configuration()))
              .build());

  private static final PollIntervals PACE =
      new PollIntervals(
          Duration.ofMillis(5),
          Duration.ZERO,
          Duration.ofMillis(10),
          Duration.ofMillis(200),
          RetryPolicy.between(Duration.ofMillis(2), Duration.ofMillis(50)).atMost(100));

  /** Per key, what the operator's state holds; its operators live in this JVM. */
  private static final Map<String, List<String>> REMEMBERED = new ConcurrentHashMap<>();

  private static final AtomicBoolean CRASH = new AtomicBoolean();

  private final Map<String, List<String>> put = new HashMap<>();
  private InstantSource clock = Clock.systemUTC();
  private String arn = FakeStreams.ARN;
  private OnGap onGap = OnGap.FAIL;
  private FakeStreams stream;

  @TempDir private Path savepoints;

  @BeforeAll
  static void warmUp() {
    WarmNetty.up();
  }

  @BeforeEach
  void start() {
    REMEMBERED.clear();
    CRASH.set(false);
    stream = FakeStreams.start(3, 1);
    stream.recordsPerPage(5);
  }

  @AfterEach
  void stop() {
    stream.close();
  }

  @Test
  void aJobThatFailsGoesOnWhereItsCheckpointWas() throws Exception {
    // Given
    JobClient job = run(2, null);
    put(30);
    awaitAll();

    // When
    CRASH.set(true);
    put(30);
    stream.openShards().forEach(stream::rotate);
    put(30);

    // Then
    awaitAll();
    assertThat(CRASH).isFalse();
    job.cancel().get();
  }

  @Test
  void aSavepointIsRestoredWithMoreReadersAndFewer() throws Exception {
    // Given
    JobClient job = run(2, null);
    put(30);
    awaitAll();
    stream.split(stream.openShards().get(0));
    put(30);
    String first = stopWithSavepoint(job);

    // When: the shards change while the job is down
    stream.openShards().forEach(stream::rotate);
    put(30);
    JobClient wider = run(4, first);
    awaitAll();
    String second = stopWithSavepoint(wider);
    put(30);
    JobClient narrow = run(1, second);
    put(30);

    // Then
    awaitAll();
    narrow.cancel().get();
  }

  @Test
  void aGapStopsAJobThatRestartsForEverWithAMessageThatNamesItAndTheRemedy() throws Exception {
    // Given
    JobClient job = run(2, null);
    put(30);
    awaitAll();
    String savepoint = stopWithSavepoint(job);

    // When: a day goes by
    put(30);
    stream.openShards().forEach(shard -> stream.trim(shard, 1000));
    clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(25));
    JobClient restored = run(2, savepoint, "exponential-delay");

    // Then
    assertThat(restored.getJobExecutionResult())
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableThat()
        .havingRootCause()
        .withMessageContaining("retains changes for 24 hours only")
        .withMessageContaining("'source.on-gap' to skip");
  }

  @Test
  void aSavepointOlderThanTheRetentionGoesOnWithTheOldestThereIsIfGapsAreSkipped()
      throws Exception {
    // Given
    JobClient job = run(2, null);
    put(30);
    awaitAll();
    String savepoint = stopWithSavepoint(job);

    // When: a day goes by, in which a shard ended, and its records went
    lose(10);
    String gone = stream.openShards().get(0);
    stream.rotate(gone);
    stream.remove(gone);
    stream.openShards().forEach(shard -> stream.trim(shard, 1000));
    put(30);
    clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(25));
    onGap = OnGap.SKIP;
    JobClient restored = run(2, savepoint);

    // Then
    awaitAll();
    assertThat(gapMillis(restored)).isGreaterThanOrEqualTo(Duration.ofHours(1).toMillis());
    restored.cancel().get();
  }

  @Test
  void aStreamSwitchedOffAndOnIsReadToItsEndAndThenTheNewOneIfGapsAreSkipped() throws Exception {
    // Given
    JobClient job = run(2, null);
    put(30);
    awaitAll();
    String savepoint = stopWithSavepoint(job);
    put(30);

    // When
    stream.disable();
    arn = stream.enable(2, Instant.now());
    put(30);
    onGap = OnGap.SKIP;
    clock = QuickClock.fromNow();
    JobClient restored = run(3, savepoint);
    awaitAll();

    // Then: it goes on with the new stream, also from a savepoint
    String second = stopWithSavepoint(restored);
    onGap = OnGap.FAIL;
    put(30);
    JobClient after = run(2, second);
    awaitAll();
    after.cancel().get();
  }

  @Test
  void aStreamSwitchedOffAndOnStopsAJobWithAMessageThatNamesBoth() throws Exception {
    // Given
    JobClient job = run(2, null);
    put(30);
    awaitAll();
    String savepoint = stopWithSavepoint(job);

    // When
    stream.disable();
    arn = stream.enable(2, Instant.now());
    JobClient restored = run(2, savepoint, "exponential-delay");

    // Then
    assertThat(restored.getJobExecutionResult())
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableThat()
        .havingRootCause()
        .withMessageContaining(
            "The state is of stream %s, but the settings mean stream %s.", FakeStreams.ARN, arn)
        .withMessageContaining("To resume without them, set 'source.on-gap' to skip.");
  }

  @Test
  void aStreamSwitchedOffStopsARunningJobForGoodOnceItIsRead() throws Exception {
    // Given
    clock = QuickClock.fromNow();
    JobClient job = run(2, null, "exponential-delay");
    put(30);
    awaitAll();

    // When
    stream.disable();

    // Then
    assertThat(job.getJobExecutionResult())
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableThat()
        .havingRootCause()
        .withMessageContaining("was switched off and is read to its end");
  }

  /** What an alarm would see. */
  private static long gapMillis(JobClient job) {
    return REPORTER.getMetricsByGroup().entrySet().stream()
        .filter(group -> isOf(job, group.getKey()))
        .filter(group -> group.getValue().containsKey("gap_ms"))
        .map(group -> (Gauge<?>) group.getValue().get("gap_ms"))
        .mapToLong(gauge -> (Long) gauge.getValue())
        .sum();
  }

  private static boolean isOf(JobClient job, MetricGroup group) {
    String id = group.getAllVariables().get(ScopeFormat.SCOPE_JOB_ID);
    return job.getJobID().toString().equals(id);
  }

  /** Records that nobody will read. */
  private void lose(int records) {
    for (int i = 0; i < records; i++) {
      stream.put("key" + i % 10, "lost");
    }
  }

  private void put(int records) {
    for (int i = 0; i < records; i++) {
      String key = "key" + i % 10;
      put.computeIfAbsent(key, k -> new ArrayList<>()).add(stream.put(key, "v"));
    }
  }

  private void awaitAll() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(REMEMBERED).isEqualTo(put));
  }

  private String stopWithSavepoint(JobClient job) throws Exception {
    return job.stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL).get();
  }

  private JobClient run(int parallelism, String savepoint) throws Exception {
    return run(parallelism, savepoint, "fixed-delay");
  }

  private JobClient run(int parallelism, String savepoint, String restarts) throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("pipeline.generic-types", "false");
    configuration.setString("pipeline.auto-generate-uids", "false");
    configuration.setString("restart-strategy.type", restarts);
    configuration.setString("restart-strategy.fixed-delay.delay", "10 ms");
    configuration.setString("restart-strategy.fixed-delay.attempts", "5");
    if (savepoint != null) {
      configuration.setString("execution.state-recovery.path", savepoint);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism).setMaxParallelism(8);
    env.enableCheckpointing(50);
    env.fromSource(source(), WatermarkStrategy.noWatermarks(), "changes")
        .uid("changes")
        .keyBy(ItemChange::partitionKey)
        .process(new Remember())
        .uid("remember")
        .sinkTo(new DiscardingSink<>())
        .uid("nowhere");
    return env.executeAsync();
  }

  private ItemChanges source() {
    return new ItemChanges(
        arn,
        new Reading(StartPosition.TRIM_HORIZON, onGap, null),
        new ItemChanges.Pacing(
            new DynamoDbStream.Factory(
                new AwsAccess(TestCredentials.REGION, stream.endpoint()),
                ItemFilter.ALL,
                Duration.ZERO),
            PACE,
            clock));
  }

  /** Keeps the sequence numbers of each key in state, and crashes once when told to. */
  private static final class Remember extends KeyedProcessFunction<String, ItemChange, String> {

    private transient ListState<String> sequences;

    @Override
    public void open(OpenContext context) {
      sequences =
          getRuntimeContext().getListState(new ListStateDescriptor<>("sequences", String.class));
    }

    @Override
    public void processElement(ItemChange change, Context context, Collector<String> out)
        throws Exception {
      if (CRASH.compareAndSet(true, false)) {
        throw new IllegalStateException("crash, as told");
      }
      sequences.add(change.version().sequence());
      List<String> all = new ArrayList<>();
      sequences.get().forEach(all::add);
      REMEMBERED.put(context.getCurrentKey(), all);
    }
  }
}
