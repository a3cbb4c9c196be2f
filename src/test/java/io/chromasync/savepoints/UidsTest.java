package io.chromasync.savepoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.WholeJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operators of the job, those that Flink makes of a sink included, are those of the list in
 * {@code state/uids.txt}. {@code -Dupdate} writes it anew, but loses no uid.
 */
class UidsTest {

  static final Path LIST = Path.of("src/test/resources/state/uids.txt");
  private static final String RULE =
      "State belongs to a uid: it is never renamed or removed, only added (then run with -Dupdate)";

  @Test
  void everyOperatorKeepsItsUid(@TempDir Path deadLetters) throws Exception {
    List<String> operators;
    try (WholeJob job = WholeJob.start(deadLetters.toUri(), Map.of())) {
      operators = operatorsOf(job);
    }
    if (System.getProperty("update") != null) {
      assertThat(uids(operators)).as(RULE).containsAll(uids(Files.readAllLines(LIST)));
      Files.write(LIST, operators);
    }
    assertThat(operators).as(RULE).isEqualTo(Files.readAllLines(LIST));
  }

  /** Mutations of an image reach one writer, in order, and are not serialized. */
  @Test
  void resolveWriterAndCommitterAreOneTask(@TempDir Path deadLetters) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(4);
    try (WholeJob job = WholeJob.start(deadLetters.toUri(), Map.of())) {
      job.build(env);
    }
    assertThat(env.getStreamGraph(false).getJobGraph().getVertices())
        .extracting(JobVertex::getName)
        .contains("resolve -> bulk-write: Writer -> bulk-write: Committer");
    assertThat(env.getConfig().isObjectReuseEnabled()).isTrue();
  }

  private static List<String> operatorsOf(WholeJob job) {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    job.build(env);
    return env.getStreamGraph(false).getStreamNodes().stream()
        .map(UidsTest::describe)
        .sorted()
        .toList();
  }

  private static String describe(StreamNode operator) {
    return "%s = %s".formatted(operator.getTransformationUID(), operator.getOperatorName());
  }

  /** The uids of lines of the list. */
  static List<String> uids(List<String> operators) {
    return operators.stream().map(operator -> operator.split(" = ", 2)[0]).toList();
  }
}
