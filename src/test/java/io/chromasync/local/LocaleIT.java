package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.oracle.Agreement;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on a machine whose locale, character set and time zone are not ours. */
@Tag("long")
final class LocaleIT {

  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir private Path folder;

  @Test
  void c03RunsAreCompletedWhereDigitsAreArabic() throws Exception {
    // Given
    Stage.Settings settings = new Stage.Settings(folder, Path.of("flink-conf"), 1, 1);
    try (Stage stage = new Stage(settings, Clock.systemUTC())) {
      stage.setEnvironment(
          Map.of(
              "JDK_JAVA_OPTIONS",
              "-Duser.language=ar -Duser.country=EG -Dfile.encoding=US-ASCII"
                  + " -Duser.timezone=Asia/Kathmandu -XX:TieredStopAtLevel=1"));
      stage.load();

      // When
      stage.startJob();
      stage.await("all runs to be produced", LONG, stage.runs()::isIdle);

      // Then
      List<Agreement> agreements = stage.compareUntilAgreed(LONG);
      assertThat(agreements).as(Agreement.report(agreements)).allMatch(Agreement::holds);
    }
  }
}
