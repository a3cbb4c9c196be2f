package io.chromasync.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.ApplicationProperties;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLetterSettingsTest {

  @Test
  void lettersAreSentAgainFromTheFolderBesideThem() {
    assertThat(read(Map.of("uri", "s3://letters/job/")))
        .isEqualTo(new DeadLetterSettings("s3://letters/job/", "s3://letters/job-redrive"));
    assertThat(read(Map.of("uri", "file:///a", "redrive-uri", "file:///ab")).redriveUri())
        .isEqualTo("file:///ab");
  }

  @Test
  void aFolderThatDependsOnWhereAProcessWasStartedIsRefused() {
    for (String uri : List.of("relative/x", "nowhere://x")) {
      refused(Map.of("uri", uri), "'uri' in group 'dead-letters' must be an absolute path");
      refused(Map.of("uri", "file:///a", "redrive-uri", uri), "'redrive-uri' in group");
    }
  }

  @Test
  void foldersThatLieInOneAnotherAreRefusedHoweverTheyAreWritten() {
    for (String redrive : List.of("file:///tmp/a", "file:/tmp/a/b", "/tmp/a/", "/tmp")) {
      refused(
          Map.of("uri", "file:///tmp/a", "redrive-uri", redrive),
          "must not be within 'uri' nor around it, but was '" + redrive + "'");
    }
  }

  private static DeadLetterSettings read(Map<String, String> group) {
    ApplicationProperties properties = new ApplicationProperties(Map.of("dead-letters", group));
    DeadLetterSettings settings = DeadLetterSettings.from(properties.group("dead-letters"));
    properties.check();
    return settings;
  }

  private static void refused(Map<String, String> group, String problem) {
    assertThatThrownBy(() -> read(group)).as("%s", group).hasMessageContaining(problem);
  }
}
