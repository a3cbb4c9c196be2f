package io.chromasync;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.config.InvalidSettings;
import io.chromasync.receipts.Receipts;
import io.chromasync.start.StartChecks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldersTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"remote", "kubernetes-session", "yarn-session"})
  void watchedFoldersOfAClusterAreLeftToItByAClientThatMayBeElsewhere(String target)
      throws IOException {
    Folders folders = Folders.seenBy(new Configuration().set(DeploymentOptions.TARGET, target));

    assertThat(problems(folders, settings(folder.resolve("letters")))).isEmpty();
    assertThat(problems(folders, settings(Path.of("/proc/letters")))).isEmpty();
    assertThat(folder.resolve("letters")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "embedded", "minicluster"})
  void watchedFoldersAreMadeOrNamedByAClientInTheProcessOfTheJob(String target) throws IOException {
    Folders folders = Folders.seenBy(new Configuration().set(DeploymentOptions.TARGET, target));

    assertThat(problems(folders, settings(folder.resolve("letters")))).isEmpty();
    assertThat(folder.resolve("letters")).isDirectory();
    assertThat(folder.resolve("letters-redrive")).isDirectory();
    assertThat(folder.resolve("letters-snapshot")).isDirectory();
    assertThat(folder.resolve("letters-snapshot-results")).isDirectory();

    assertThat(problems(folders, settings(Path.of("/proc/letters"))))
        .satisfiesExactly(
            p ->
                assertThat(p).startsWith("Property 'uri' in group 'dead-letters' must be a folder"),
            p ->
                assertThat(p)
                    .startsWith("Property 'redrive-uri' in group 'dead-letters' must be a folder"),
            p ->
                assertThat(p)
                    .startsWith("Property 'requests-uri' in group 'snapshot' must be a folder"));
  }

  @Test
  void aClientWithoutATargetIsInTheProcessOfTheJob() throws IOException {
    assertThat(problems(Folders.seenBy(new Configuration()), settings(folder.resolve("letters"))))
        .isEmpty();

    assertThat(folder.resolve("letters")).isDirectory();
  }

  private static List<String> problems(Folders folders, JobSettings settings) {
    StartChecks checks = new StartChecks();
    folders.addTo(checks, settings);
    try {
      checks.run();
      return List.of();
    } catch (InvalidSettings invalid) {
      return invalid.problems();
    }
  }

  private JobSettings settings(Path letters) throws IOException {
    Path file = folder.resolve("settings.json");
    String all = Files.readString(Path.of("docker/settings/application-properties.json"));
    Files.writeString(
        file, all.replace("file:///opt/flink/state/dead-letters", letters.toUri().toString()));
    return JobSettings.load(new String[] {"--config", file.toString()}, Map.of(), new Receipts());
  }
}
