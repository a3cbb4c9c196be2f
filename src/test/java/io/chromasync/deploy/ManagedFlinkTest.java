package io.chromasync.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.chromasync.Chromasync;
import io.chromasync.WholeJob;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.client.program.MutatedConfigurationException;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutor;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Managed Flink runs {@code main} and takes no setting from its code but those on its list (<a
 * href="https://docs.aws.amazon.com/managed-flink/latest/java/programmatic-configuration.html">what
 * may be set</a>). Flink itself does the checking, with the same list, and nothing is submitted.
 */
class ManagedFlinkTest {

  /** Of the list, what may be of use to us. */
  private static final List<String> MAY_BE_SET =
      List.of(
          "execution.runtime-mode",
          PipelineOptions.AUTO_GENERATE_UIDS.key(),
          PipelineOptions.AUTO_WATERMARK_INTERVAL.key(),
          PipelineOptions.GENERIC_TYPES.key(),
          PipelineOptions.GLOBAL_JOB_PARAMETERS.key(),
          PipelineOptions.MAX_PARALLELISM.key(),
          PipelineOptions.NAME.key(),
          PipelineOptions.OBJECT_REUSE.key());

  private final Submissions submissions = new Submissions();

  @TempDir private Path folder;

  @Test
  void mainSetsNothingThatManagedFlinkForbids() throws Exception {
    try (WholeJob job = WholeJob.start(folder.resolve("letters").toUri(), Map.of())) {
      Path config = job.writeConfig(folder.resolve("chromasync.json"), job.s3.endpoint());

      Throwable refused =
          catchThrowable(() -> run(Chromasync.class, "--config", config.toString()));

      assertThat(refused).hasRootCauseMessage(Submissions.TAKEN);
      assertThat(submissions.pipeline).isNotNull();
    }
  }

  @Test
  void whatItForbidsIsNoticed() {
    assertThatThrownBy(() -> run(Forbidden.class))
        .rootCause()
        .isInstanceOf(MutatedConfigurationException.class)
        .hasMessageContaining("execution.checkpointing.interval");
    assertThat(submissions.pipeline).isNull();
  }

  /** Runs a {@code main} as a cluster does that does not let it choose its settings. */
  private void run(Class<?> main, String... arguments) throws Exception {
    Configuration configuration =
        new Configuration()
            .set(DeploymentOptions.ATTACHED, false)
            .set(DeploymentOptions.TARGET, Submissions.NAME)
            .set(DeploymentOptions.PROGRAM_CONFIG_ENABLED, false)
            .set(DeploymentOptions.PROGRAM_CONFIG_WILDCARDS, MAY_BE_SET);
    PackagedProgram program =
        PackagedProgram.newBuilder()
            .setEntryPointClassName(main.getName())
            .setArguments(arguments)
            .build();
    ClientUtils.executeProgram(submissions, configuration, program, false, false);
  }

  /** A job that sets in code what it may not. */
  public static final class Forbidden {

    private Forbidden() {}

    public static void main(String[] arguments) throws Exception {
      StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
      env.enableCheckpointing(1_000);
      env.fromData(1).uid("numbers").print().uid("out");
      env.execute();
    }
  }

  /** Takes a job and runs it nowhere. */
  private static final class Submissions
      implements PipelineExecutorServiceLoader, PipelineExecutorFactory {

    static final String NAME = "nowhere";
    static final String TAKEN = "taken, and run nowhere";

    private Pipeline pipeline;

    @Override
    public PipelineExecutorFactory getExecutorFactory(Configuration configuration) {
      return this;
    }

    @Override
    public Stream<String> getExecutorNames() {
      return Stream.of(NAME);
    }

    @Override
    public String getName() {
      return NAME;
    }

    @Override
    public boolean isCompatibleWith(Configuration configuration) {
      return true;
    }

    @Override
    public PipelineExecutor getExecutor(Configuration configuration) {
      return (given, settings, loader) -> {
        pipeline = given;
        return CompletableFuture.<JobClient>failedFuture(new IllegalStateException(TAKEN));
      };
    }
  }
}
