package io.chromasync.local;

import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/**
 * An embedded Flink with its web UI, on which a job's unchanged {@code main} runs: it becomes what
 * {@code StreamExecutionEnvironment.getExecutionEnvironment()} answers, as Flink's own command line
 * does it.
 *
 * <p>{@link #stopWithSavepoint} may be called by another thread than {@link #run}.
 */
final class LocalCluster implements AutoCloseable {

  private final MiniCluster cluster;
  private final Configuration configuration;

  private LocalCluster(MiniCluster cluster, Configuration configuration) {
    this.cluster = cluster;
    this.configuration = configuration;
  }

  static LocalCluster start(Configuration configuration) throws Exception {
    int slots =
        Math.max(
            configuration.get(TaskManagerOptions.NUM_TASK_SLOTS),
            configuration.get(CoreOptions.DEFAULT_PARALLELISM));
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
    cluster.start();
    return new LocalCluster(cluster, configuration);
  }

  URI webUi() {
    return cluster.getRestAddress().join();
  }

  /** Runs a {@code main} until its job ends; throws what it throws. */
  void run(String mainClass, List<String> arguments) throws Exception {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    Configuration attached =
        new Configuration(configuration)
            .set(DeploymentOptions.TARGET, LocalExecutor.NAME)
            .set(DeploymentOptions.ATTACHED, true);
    LocalEnvironment.install(new LocalExecutor(cluster), attached, loader);
    try {
      Class.forName(mainClass, true, loader)
          .getMethod("main", String[].class)
          .invoke(null, (Object) arguments.toArray(String[]::new));
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause() instanceof Exception cause ? cause : thrown;
    } finally {
      LocalEnvironment.uninstall();
    }
  }

  /**
   * Stops the running job with a savepoint in the format that any backend reads, without draining:
   * windows stay open, in state.
   *
   * @return the savepoint's path, or nothing if no job runs
   */
  Optional<String> stopWithSavepoint() throws Exception {
    Optional<JobStatusMessage> running =
        cluster.listJobs().get().stream()
            .filter(job -> !job.getJobState().isGloballyTerminalState())
            .findFirst();
    if (running.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        cluster
            .stopWithSavepoint(running.get().getJobId(), null, false, SavepointFormatType.CANONICAL)
            .get());
  }

  @Override
  public void close() {
    cluster.closeAsync().join();
  }
}
