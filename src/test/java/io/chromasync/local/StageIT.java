package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stage on real servers, without the job: agreement must not come by itself. */
final class StageIT {

  @TempDir private Path folder;

  @Test
  void withoutTheJobNothingIsMissingAndRecordsDiffer() throws Exception {
    // Given
    Stage.Settings settings = new Stage.Settings(folder, Path.of("flink-conf"), 1, 2);
    try (Stage stage = new Stage(settings, Clock.systemUTC())) {

      // When
      stage.load();
      List<Agreement> loaded = stage.compare();

      // Then
      assertThat(loaded)
          .allSatisfy(
              each -> {
                assertThat(each.found()).isPositive().isEqualTo(each.expected());
                assertThat(each.missing()).isEmpty();
                assertThat(each.extra()).isEmpty();
                assertThat(each.differing()).isNotEmpty();
              });

      // When
      for (int edit = 0; edit < 200; edit++) {
        stage.traffic().next();
      }

      // Then
      assertThat(stage.compare().get(0).extra()).as("removed words are still there").isNotEmpty();
    }
  }
}
