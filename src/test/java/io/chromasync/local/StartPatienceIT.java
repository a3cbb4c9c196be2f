package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.oracle.Agreement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A crash takes job and Chroma; the job is back first. */
@Timeout(300)
@Tag("long")
final class StartPatienceIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir private Path folder;

  @Test
  void c11AJobThatIsBackBeforeChromaWaitsForIt() throws Exception {
    Stage.Settings settings = new Stage.Settings(folder, Path.of("flink-conf"), 5, 1);
    try (Stage stage = new Stage(settings, Clock.systemUTC())) {
      stage.load();
      stage.startJob();
      Instant loaded = Instant.now();
      stage.await("a checkpoint", LONG, () -> stage.flink().hasCheckpointSince(loaded));

      stage.job().kill();
      stage.servers().killChroma();
      Files.delete(logFile(stage));
      JobProcess job = stage.launchJob("--from", "latest");
      stage.await("the job to wait", LONG, () -> isWaiting(stage));
      stage.servers().restartChroma();
      stage.await("the job to run", LONG, stage.flink()::isRunning);

      assertThat(log(stage)).contains("Not ready; the job waits", "the connection is refused");
      assertThat(job.output()).as("for who looks on").contains("Not ready; the job waits");
      for (int edit = 0; edit < 20; edit++) {
        stage.traffic().next();
      }
      stage.traffic().bringBack();
      stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
      List<Agreement> agreements = stage.compareUntilAgreed(LONG);
      assertThat(agreements).as(Agreement.report(agreements)).allMatch(Agreement::holds);
    }
  }

  @Test
  void c11CtrlCEndsTheWait() throws Exception {
    Stage.Settings settings = new Stage.Settings(folder, Path.of("flink-conf"), 5, 1);
    try (Stage stage = new Stage(settings, Clock.systemUTC())) {
      stage.servers().killChroma();
      JobProcess job = stage.launchJob();
      stage.await("the job to wait", LONG, () -> isWaiting(stage));

      assertThat(job.stop()).as(job.output()).isZero();
      assertThat(job.output())
          .contains("No job runs, so there is no savepoint.")
          .doesNotContain("\tat ");
    }
  }

  private static boolean isWaiting(Stage stage) {
    try {
      return Files.exists(logFile(stage)) && log(stage).contains("Not ready; the job waits");
    } catch (IOException notYet) {
      return false;
    }
  }

  private static String log(Stage stage) throws IOException {
    return Files.readString(logFile(stage));
  }

  private static Path logFile(Stage stage) {
    return stage.state().resolve("job.log");
  }
}
