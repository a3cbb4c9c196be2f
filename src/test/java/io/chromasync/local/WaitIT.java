package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.oracle.Agreement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever writes an item to the table and waits reads the write: with {@code bin/wait} and with
 * both programs of the document, after a start, repeatedly, and after the job was killed.
 */
@Tag("long")
final class WaitIT {

  private static final Path DOCUMENT = Path.of("docs", "how-to", "read-your-writes.md");
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int ROUNDS = 10;

  @TempDir private Path folder;

  @Test
  void whoeverWaitsReadsTheOwnWrite() throws Exception {
    Path conf = Path.of("flink-conf").toAbsolutePath();
    Stage.Settings settings = new Stage.Settings(folder, conf, 1, 1);
    try (Stage stage = new Stage(settings, Clock.systemUTC())) {
      stage.set("source", Map.of("delivery-margin", "200 ms"));
      stage.load();
      stage.startJob();
      stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
      List<Agreement> agreements = stage.compareUntilAgreed(LONG);
      assertThat(agreements).as(() -> Agreement.report(agreements)).allMatch(Agreement::holds);
      Files.copy(stage.writeConfig(stage.servers().chroma()), folder.resolve("my-settings.json"));
      DocumentedCommands commands = new DocumentedCommands(DOCUMENT, folder, Stage.CREDENTIALS);

      for (int round = 1; round <= ROUNDS; round++) {
        if (round == ROUNDS / 2) {
          stage.job().kill();
          stage.startJob("--from", "latest");
        }
        stage.probe().edit();
        assertThat(commands.run("Wait in a script")).contains("reached");
        assertThat(stage.probe().isShown()).as("round %s", round).isTrue();
      }

      stage.probe().edit();
      run(stage, commands, "python", "python3", "wait_until('words', time.time() * 1000)");
      assertThat(stage.probe().isShown()).as("after Python").isTrue();

      stage.probe().edit();
      run(stage, commands, "javascript", "node", "await waitUntil('words', Date.now());");
      assertThat(stage.probe().isShown()).as("after JavaScript").isTrue();

      // Then: what is not reached is said, and wrong use
      assertThat(
              commands.shell(
                  "bin/wait --config my-settings.json --until 2999-01-01T00:00:00Z --timeout 1"
                      + " || [[ $? == 1 ]]\n"))
          .contains("is not reached within 1 s (--timeout)", "collection 'words' reflects");
      assertThat(
              commands.shell(
                  "bin/wait --config my-settings.json --until soon || [[ $? == 2 ]]\n"
                      + "bin/wait --config my-settings.json --until now --collection w"
                      + " || [[ $? == 2 ]]\n"))
          .contains("--until must be now or an ISO-8601 instant", "but was 'soon'")
          .contains("--collection must be one of [words, lines] but was 'w'");
    }
  }

  /** Runs a program of the document, followed by a line. */
  private void run(
      Stage stage, DocumentedCommands commands, String language, String command, String line)
      throws Exception {
    String program =
        Pattern.compile("(?s)```" + language + "\n(.*?)```")
            .matcher(Files.readString(DOCUMENT))
            .results()
            .map(match -> match.group(1))
            .findFirst()
            .orElseThrow()
            .replace("http://localhost:8000", stage.servers().chroma());
    Path file = folder.resolve("program." + (language.equals("python") ? "py" : "mjs"));
    Files.writeString(file, program + line + "\n");
    commands.shell("%s %s\n".formatted(command, file));
  }
}
