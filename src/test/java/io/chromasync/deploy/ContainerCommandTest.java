package io.chromasync.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code docker/chromasync}, with a Flink that prints how it is started. */
class ContainerCommandTest {

  private static final String COMMAND = Path.of("docker/chromasync").toAbsolutePath().toString();

  @TempDir private Path flink;

  private int exit;
  private String printed;

  @BeforeEach
  void install() throws IOException {
    script(flink.resolve("bin/standalone-job.sh"), "echo standalone-job \"$@\"");
  }

  @Test
  void runStartsWithoutStateWhereThereIsNone() throws Exception {
    call("run");

    assertThat(printed)
        .contains("starts without state")
        .endsWith("standalone-job start-foreground --job-classname io.chromasync.Chromasync\n");
  }

  @Test
  void runResumesFromTheNewestCheckpointOrSavepointThatIsComplete() throws Exception {
    complete("checkpoints/a/chk-12", 100);
    complete("savepoints/savepoint-a", 300);
    complete("checkpoints/b/chk-7", 200);
    Files.createDirectories(flink.resolve("state/checkpoints/b/chk-8"));

    call("run");
    assertThat(printed)
        .contains("--fromSavepoint file://" + flink + "/state/savepoints/savepoint-a");

    complete("checkpoints/b/chk-8", 400);
    call("run");
    assertThat(printed).contains("--fromSavepoint file://" + flink + "/state/checkpoints/b/chk-8");
  }

  @ParameterizedTest
  @CsvSource({
    "RUNNING, 24, 0",
    "RUNNING, 23, 1",
    "RUNNING, 2, 1",
    "RESTARTING, 0, 1",
    "FAILED, 0, 1",
  })
  void isRunningMeansThatAllTasksRun(String state, int running, int expected) throws Exception {
    String jobs =
        "{\"jobs\":[{\"state\":\"%s\",\"tasks\":{\"running\":%s,\"canceling\":0,\"total\":24}}]}"
            .formatted(state, running);
    script(flink.resolve("bin/wget"), "echo '%s'".formatted(jobs));

    call("is-running");

    assertThat(exit).as(printed).isEqualTo(expected);
  }

  @Test
  void isRunningIsFalseWithoutAJobOrWithoutAnAnswer() throws Exception {
    script(flink.resolve("bin/wget"), "echo '{\"jobs\":[]}'");
    call("is-running");
    assertThat(exit).isEqualTo(1);

    script(flink.resolve("bin/wget"), "exit 4");
    call("is-running");
    assertThat(exit).isEqualTo(4);
  }

  @Test
  void usageIsPrintedOnRequestAndForAnUnknownCommand() throws Exception {
    call("--help");
    assertThat(exit).isZero();
    assertThat(printed).startsWith("Usage: chromasync COMMAND").contains("run", "samples");

    call("serve");
    assertThat(exit).isEqualTo(2);
    assertThat(printed).startsWith("Usage: chromasync COMMAND");
  }

  private void complete(String folder, long seconds) throws IOException {
    Path metadata =
        Files.createDirectories(flink.resolve("state").resolve(folder)).resolve("_metadata");
    Files.writeString(metadata, "");
    Files.setLastModifiedTime(metadata, FileTime.from(Instant.ofEpochSecond(seconds)));
  }

  private static void script(Path file, String line) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + line + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private void call(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(COMMAND));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("FLINK_HOME", flink.toString());
    builder.environment().merge("PATH", flink + "/bin:", (path, first) -> first + path);
    Process process = builder.start();
    printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    exit = process.waitFor();
  }
}
