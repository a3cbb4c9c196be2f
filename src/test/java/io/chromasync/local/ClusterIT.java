package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.config.FolderUri;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.CheckpointingOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code bin/cluster} on a folder with a name that many programs would read otherwise. */
@Tag("long")
final class ClusterIT {

  @TempDir private Path folder;
  private Path dir;
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void start() {
    dir = folder.resolve("my cluster #1 50%20off ü:~?");
    assertThat(run("start", "--task-managers", "1", "--ui-port", "0")).as(err.toString()).isZero();
  }

  @AfterEach
  void stop() {
    assertThat(run("stop")).as(err.toString()).isZero();
    assertThat(run("status")).isEqualTo(1);
  }

  @Test
  void c04ItsFolderIsTheOneThatIsNamed() throws Exception {
    String checkpoints =
        FlinkCommands.of(dir).configuration().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
    org.apache.flink.core.fs.Path path = new org.apache.flink.core.fs.Path(checkpoints);

    assertThat(FolderUri.shown(checkpoints)).isEqualTo(dir + "/state/checkpoints");
    path.getFileSystem().mkdirs(new org.apache.flink.core.fs.Path(path, "made"));
    assertThat(dir.resolve("state/checkpoints/made")).isDirectory();
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void c05ItsFolderIsOfOneClusterAndNoJobWritesThere() throws Exception {
    long pid = new DetachedCluster(dir).processes().get(DetachedCluster.JOB_MANAGER).pid();
    String inUse = "must not be in use, but process %s has had it since ".formatted(pid);
    Path settings = Files.writeString(folder.resolve("settings.json"), "[]");
    Path state = dir.resolve("state");

    assertThat(run("start", "--ui-port", "0")).isEqualTo(2);
    assertThat(err.toString()).startsWith("--dir " + inUse).endsWith(": '" + dir + "'\n");

    StringWriter ofJob = new StringWriter();
    CommandLine job = JobRunner.commandLine().setErr(new PrintWriter(ofJob, true));
    assertThat(job.execute("--config", settings.toString(), "--state", state.toString()))
        .isEqualTo(2);
    assertThat(ofJob.toString()).startsWith("--state " + inUse);
    Files.delete(settings);
  }

  @Test
  void c09WhatItsProcessesPrintIsNoFailure() throws Exception {
    for (String process : new String[] {"jobmanager-1", "taskmanager-1"}) {
      assertThat(Files.readAllLines(dir.resolve("logs/" + process + ".out")))
          .allMatch(line -> line.startsWith("NOTE: Picked up JDK_JAVA_OPTIONS"));
    }
    assertThat(err.toString()).isEmpty();
  }

  private int run(String... words) {
    err.getBuffer().setLength(0);
    CommandLine command = Cluster.command().setErr(new PrintWriter(err, true));
    String[] all = new String[words.length + 2];
    System.arraycopy(words, 0, all, 0, words.length);
    all[words.length] = "--dir";
    all[words.length + 1] = dir.toString();
    return command.execute(all);
  }
}
