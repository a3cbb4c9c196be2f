package io.chromasync.savepoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.ClusterRun;
import io.chromasync.JobCounters;
import io.chromasync.WholeJob;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.util.TestStreamEnvironment;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.ExceptionUtils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The job does not start from what is no savepoint of it, and the message says why. */
@Timeout(300)
class ForeignSavepointTest {

  private static final JobCounters COUNTERS = new JobCounters();

  @RegisterExtension static final MiniClusterExtension CLUSTER = COUNTERS.cluster();

  @TempDir private Path folder;

  @Test
  void aSavepointOfAnotherJobIsRefused(@InjectMiniCluster MiniCluster cluster) throws Exception {
    Path savepoint = savepoint(cluster, "somebody-elses", 128);

    assertThat(refusal(cluster, savepoint))
        .contains(savepoint.toString())
        .contains("the operator is not available in the new program");
  }

  @Test
  void anotherMaximumParallelismIsRefused(@InjectMiniCluster MiniCluster cluster) throws Exception {
    Path savepoint = savepoint(cluster, "resolve", 64);

    assertThat(refusal(cluster, savepoint))
        .contains("with max parallelism 64 to new program with max parallelism 128");
  }

  @Test
  void whatIsNoSavepointIsRefused(@InjectMiniCluster MiniCluster cluster) throws Exception {
    Path nothing = folder.resolve("nothing");

    assertThat(refusal(cluster, nothing)).contains("Cannot find checkpoint or savepoint");
  }

  /** All that the failure says. */
  private String refusal(MiniCluster cluster, Path savepoint) throws Exception {
    try (WholeJob job = WholeJob.start(folder.resolve("letters").toUri(), Map.of())) {
      return ExceptionUtils.stringifyException(failure(cluster, savepoint, job));
    }
  }

  private static Throwable failure(MiniCluster cluster, Path savepoint, WholeJob job) {
    try {
      return ClusterRun.start(cluster, COUNTERS, savepoint, job).failure();
    } catch (Exception refused) {
      return refused;
    }
  }

  /**
   * Of another job.
   *
   * @param uid of its operator with state
   */
  private Path savepoint(MiniCluster cluster, String uid, int maxParallelism) throws Exception {
    StreamExecutionEnvironment env =
        new TestStreamEnvironment(cluster, new Configuration(), 1, List.of(), List.of());
    env.setMaxParallelism(maxParallelism);
    env.fromSequence(1, Long.MAX_VALUE)
        .uid("source")
        .keyBy(number -> number % 10)
        .reduce(Long::sum)
        .uid(uid)
        .sinkTo(new DiscardingSink<>())
        .uid("nowhere");
    JobClient other = env.executeAsync("another job");
    String folderOfSavepoints = folder.resolve(uid).toUri().toString();
    String savepoint =
        Awaitility.await("all tasks to run")
            .ignoreExceptions()
            .until(
                () ->
                    other.triggerSavepoint(folderOfSavepoints, SavepointFormatType.CANONICAL).get(),
                made -> made != null);
    other.cancel().get();
    return Path.of(URI.create(savepoint));
  }
}
