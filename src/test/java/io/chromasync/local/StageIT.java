package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.oracle.Agreement;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stage on real servers, without the job: agreement must not come by itself. */
@Tag("long")
final class StageIT {

  @TempDir private Path folder;

  @Test
  void withoutTheJobAllIsMissingAndNoRunIsCompleted() throws Exception {
    // Given
    Stage.Settings settings = new Stage.Settings(folder, Path.of("flink-conf"), 1, 2);
    try (Stage stage = new Stage(settings, Clock.systemUTC())) {

      // When
      stage.load();
      for (int edit = 0; edit < 200; edit++) {
        stage.traffic().next();
      }
      stage.traffic().bringBack();
      while (!stage.runs().isIdle()) {
        Stage.pause(Duration.ofMillis(100));
      }
      List<Agreement> agreements = stage.compare();

      // Then
      assertThat(agreements.subList(0, 2))
          .allSatisfy(
              records -> {
                assertThat(records.found()).isZero();
                assertThat(records.missing()).isNotEmpty().hasSize(records.expected());
              });
      Agreement runs = agreements.get(2);
      assertThat(runs.expected()).isEqualTo(stage.runs().planned()).isGreaterThan(3);
      assertThat(runs.differing()).hasSize(2 * runs.expected());
    }
  }
}
