package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.oracle.Accounting;
import io.chromasync.local.oracle.Agreement;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job is killed in the middle of traffic; restarted, it ends in agreement. */
@Tag("long")
final class KillIT {

  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir private Path folder;

  @Test
  void aKillInMidTrafficAndARestartFromTheLastCheckpointEndInAgreement() throws Exception {
    // Given
    long seed = Long.getLong("seed", 5);
    System.out.println("seed=" + seed);
    Stage.Settings settings = new Stage.Settings(folder, Path.of("flink-conf"), seed, 2);
    try (Stage stage = new Stage(settings, Clock.systemUTC())) {
      stage.load();
      stage.startJob();
      stage.probe().start();
      edit(stage, 30);
      Instant edited = Instant.now();
      stage.await("a checkpoint", LONG, () -> stage.flink().hasCheckpointSince(edited));
      edit(stage, 30);

      // When
      stage.job().kill();
      edit(stage, 30);
      stage.startJob("--from", "latest");
      edit(stage, 30);

      // Then
      stage.traffic().bringBack();
      stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
      stage.probe().close();
      List<Agreement> agreements = stage.compareUntilAgreed(LONG);
      assertThat(agreements).as(Agreement.report(agreements)).allMatch(Agreement::holds);
      Accounting accounting = new Accounting(stage.flink()::sum);
      stage.await("all that was read to be accounted for", LONG, accounting::holds);
      assertThat(stage.job().output()).contains("starts from   " + stage.state());
    }
  }

  private static void edit(Stage stage, int edits) {
    for (int edit = 0; edit < edits; edit++) {
      stage.traffic().next();
    }
  }
}
