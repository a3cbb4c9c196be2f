package io.chromasync.snapshot;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.AwsAccess;
import io.chromasync.config.TableSetting;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.SnapshotPart.Kind;
import io.chromasync.model.TableSnapshot;
import io.chromasync.receipts.Receipts;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.snapshot.SnapshotSettings.Defaults;
import io.chromasync.testing.TestCredentials;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;

/**
 * The source in a job of the test's cluster, with checkpoints; what it says is put into {@link
 * #SAID}.
 */
public final class SnapshotRun {

  /** What the job that was started last said. Operators live in this JVM. */
  static final List<SnapshotPart> SAID = new CopyOnWriteArrayList<>();

  static final Duration ENOUGH = Duration.ofSeconds(60);

  private static final RetryPolicy IMPATIENT =
      RetryPolicy.between(Duration.ofMillis(1), Duration.ofMillis(5)).atMost(10);

  private static final int PARALLELISM = 2;

  private SnapshotRun() {}

  /** A cluster for these jobs. */
  public static MiniClusterExtension cluster() {
    return new MiniClusterExtension(
        new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(PARALLELISM)
            .build());
  }

  /** Settings of the group. */
  public static SnapshotSettings settings(
      AwsAccess source, String table, Map<String, String> values) {
    ApplicationProperties properties = new ApplicationProperties(Map.of("snapshot", values));
    SnapshotSettings settings =
        SnapshotSettings.from(
            properties.group("snapshot"),
            new Defaults(new TableSetting(table, "source", "table"), source, null, null));
    properties.check();
    return settings;
  }

  public static AwsAccess at(java.net.URI endpoint) {
    return new AwsAccess(TestCredentials.REGION, endpoint);
  }

  /** Reads until all is told, and gives what was said. */
  static List<SnapshotPart> toEnd(SnapshotSettings settings) throws Exception {
    return toEnd(settings, null);
  }

  /**
   * Goes on from a savepoint until all is told, and gives what was said since.
   *
   * @param savepoint null = none
   */
  static List<SnapshotPart> toEnd(SnapshotSettings settings, String savepoint) throws Exception {
    start(settings, true, savepoint).getJobExecutionResult().get();
    return List.copyOf(SAID);
  }

  /** Reads until the end is told, and stops then with a savepoint. */
  static String savepointAfterEnd(SnapshotSettings settings, Path folder) throws Exception {
    JobClient job = start(settings, false, null);
    Awaitility.await()
        .atMost(ENOUGH)
        .until(() -> SAID.stream().anyMatch(said -> said.kind() == Kind.END));
    return job.stopWithSavepoint(false, folder.toString(), SavepointFormatType.CANONICAL).get();
  }

  /** The items that were said, without the end of the table. */
  static List<TableSnapshot> items(List<SnapshotPart> said) {
    return said.stream()
        .filter(part -> part.kind() == Kind.ITEMS)
        .map(SnapshotPart::items)
        .toList();
  }

  static JobClient start(SnapshotSettings settings, boolean bounded, String savepoint)
      throws Exception {
    SAID.clear();
    Configuration configuration = new Configuration().set(PipelineOptions.GENERIC_TYPES, false);
    configuration.setString("restart-strategy.type", "none");
    if (savepoint != null) {
      configuration.setString("execution.state-recovery.path", savepoint);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(PARALLELISM);
    env.enableCheckpointing(100);
    Snapshots source =
        new Snapshots(
            settings,
            new Receipts(),
            bounded,
            null,
            new Snapshots.Pacing(IMPATIENT, Clock.systemUTC()));
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "snapshot")
        .uid("snapshot")
        .map(SnapshotRun::say)
        .uid("say")
        .sinkTo(new DiscardingSink<>())
        .uid("nowhere");
    return env.executeAsync();
  }

  private static SnapshotPart say(SnapshotPart snapshot) {
    SAID.add(snapshot);
    return snapshot;
  }
}
