package io.chromasync;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.oracle.Accounting;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.util.TestStreamEnvironment;
import org.awaitility.Awaitility;

/** A run of the whole job on a cluster, on RocksDB, until it is stopped with a savepoint. */
public final class ClusterRun {

  private final JobClient client;
  private final CompletableFuture<JobExecutionResult> result;
  private final JobCounters counters;

  private ClusterRun(JobClient client, JobCounters counters) {
    this.client = client;
    this.result = client.getJobExecutionResult();
    this.counters = counters;
  }

  /**
   * Starts it.
   *
   * @param counters of the cluster
   * @param savepoint that it goes on from, all of which it must claim; null = none
   */
  public static ClusterRun start(
      MiniCluster cluster, JobCounters counters, Path savepoint, WholeJob job) throws Exception {
    // Savepoints only.
    return start(cluster, counters, savepoint, Duration.ofHours(1), job::build);
  }

  /**
   * Starts any job.
   *
   * @param checkpoints time between two of them
   * @param job adds it to an environment
   */
  public static ClusterRun start(
      MiniCluster cluster,
      JobCounters counters,
      Path savepoint,
      Duration checkpoints,
      Consumer<StreamExecutionEnvironment> job)
      throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpoints);
    configuration.setString("execution.checkpointing.data-inline-threshold", "1 mb");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    if (savepoint != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString());
    }
    StreamExecutionEnvironment env =
        new TestStreamEnvironment(cluster, configuration, 1, List.of(), List.of());
    job.accept(env);
    return new ClusterRun(env.executeAsync("whole job"), counters);
  }

  /** The sum of all counters whose whole name matches; exact once the job is stopped. */
  public long count(String names) {
    return counters.sum(client.getJobID(), names);
  }

  /** Waits until so many changes were read and nothing is under way in mapping and resolve. */
  public void awaitRead(long changes) {
    Accounting accounting = new Accounting(this::count);
    await(() -> accounting.read() == changes && accounting.holds());
  }

  /** Waits, as long as the job does not fail. */
  public void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .failFast(() -> assertThat(result).isNotCompletedExceptionally())
        .until(condition);
  }

  /** What it failed of; waits until it does. */
  public Throwable failure() throws Exception {
    return result.handle((ended, failure) -> failure).get(2, TimeUnit.MINUTES);
  }

  /** Cancels it, unless it has ended, and waits until it has ended. */
  public void cancel() throws Exception {
    if (!result.isDone()) {
      client.cancel().get();
      failure();
    }
  }

  /**
   * Stops it without draining: windows stay open.
   *
   * @param savepoints URI of a folder
   * @return the savepoint, one file in a folder of its own
   */
  public Path stop(String savepoints) throws Exception {
    String savepoint =
        client.stopWithSavepoint(false, savepoints, SavepointFormatType.CANONICAL).get();
    result.get();
    return Path.of(URI.create(savepoint));
  }
}
