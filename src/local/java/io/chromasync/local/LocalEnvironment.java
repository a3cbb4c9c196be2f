package io.chromasync.local;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What {@code StreamExecutionEnvironment.getExecutionEnvironment()} answers while {@link
 * LocalCluster} runs a job. The seam is protected, so one has to be an environment to use it.
 */
// An environment's close() declares Exception.
@SuppressWarnings("try")
final class LocalEnvironment extends StreamExecutionEnvironment {

  private LocalEnvironment(
      PipelineExecutorServiceLoader executors, Configuration configuration, ClassLoader loader) {
    super(executors, configuration, loader);
  }

  /** From now on every environment asked for is one of these. */
  static void install(
      PipelineExecutorServiceLoader executors, Configuration configuration, ClassLoader loader) {
    initializeContextEnvironment(
        asked -> {
          Configuration all = new Configuration(configuration);
          all.addAll(asked);
          return new LocalEnvironment(executors, all, loader);
        });
  }

  static void uninstall() {
    resetContextEnvironment();
  }
}
