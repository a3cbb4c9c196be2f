package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.testing.Accounting;
import io.chromasync.testing.FaultProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/how-to/replay.md as it is typed, on a table, an S3 and a Chroma of this machine, with a
 * proxy before Chroma that knows whether anything was written.
 */
final class ReplayIT {

  private static final Path DOCUMENT = Path.of("docs", "how-to", "replay.md");
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int EDITS = 40;
  private static final String WRITTEN = "records_(upserted|updated|deleted)|sweeps";

  @TempDir private Path folder;
  private final Clock clock = Clock.systemUTC();

  @Test
  void aReplayOfWhatWasAppliedWritesNothing() throws Exception {
    Path conf = Path.of("flink-conf").toAbsolutePath();
    try (Stage stage = new Stage(new Stage.Settings(folder, conf, 1, 2), clock);
        FaultProxy proxy = FaultProxy.start(URI.create(stage.servers().chroma()), clock)) {
      writeSettings(stage, proxy);
      DocumentedCommands commands = new DocumentedCommands(DOCUMENT, folder, Stage.CREDENTIALS);
      try {
        play(stage, proxy, commands);
      } finally {
        commands.shell("bin/cluster stop\n");
      }
    }
  }

  private void play(Stage stage, FaultProxy proxy, DocumentedCommands commands) throws Exception {
    // Given: a job in step, stopped and started once
    stage.load();
    commands.run("Start");
    for (int i = 0; i < EDITS; i++) {
      stage.traffic().next();
    }
    agree(stage);
    commands.run("Stop and go on");
    agree(stage);
    Accounting accounting = new Accounting(flink()::sum);
    await("all that was read to be accounted for", accounting::holds);
    long read = accounting.read();
    assertThat(read).isPositive();

    // When
    Instant replayed = clock.instant();
    commands.run("Replay");
    await("the stream to be read again", () -> accounting.read() >= 2 * read);
    await("all of it to be accounted for", accounting::holds);
    Instant over = clock.instant();
    await("a checkpoint after it", () -> flink().hasCheckpointSince(over));

    // Then
    assertThat(flink().sum("changes_(duplicate|superseded)")).isPositive();
    assertThat(proxy.firstWriteSince(replayed)).as("the first write since the replay").isNull();
    assertThat(flink().sum(WRITTEN)).as("records written since the start").isZero();
    assertThat(stage.compare()).allMatch(Agreement::holds);

    // And: the next edit is written, so it was not silence that agreed
    stage.traffic().next();
    await("the next edit to be written", () -> proxy.firstWriteSince(over) != null);
  }

  private FlinkRest flink() {
    return new FlinkRest(new DetachedCluster(folder.resolve(".cluster")).commands().webUi());
  }

  private static void agree(Stage stage) {
    await("all runs to be produced", stage.runs()::isIdle);
    List<Agreement> agreements = stage.compareUntilAgreed(LONG);
    assertThat(agreements).as(() -> Agreement.report(agreements)).allMatch(Agreement::holds);
  }

  private void writeSettings(Stage stage, FaultProxy proxy) throws IOException {
    Path written = stage.writeConfig(proxy.url().toString());
    Files.copy(written, folder.resolve("my-settings.json"));
    JsonNode settings = JsonHttp.JSON.readTree(written.toFile());
    JsonNode more = new DocumentedCommands(DOCUMENT, folder, Stage.CREDENTIALS).settings("Replay");
    for (JsonNode group : settings) {
      if (group.get("PropertyGroupId").equals(more.get("PropertyGroupId"))) {
        ((ObjectNode) group.get("PropertyMap")).setAll((ObjectNode) more.get("PropertyMap"));
      }
    }
    JsonHttp.JSON.writeValue(folder.resolve("my-replay.json").toFile(), settings);
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for " + what).isLessThan(deadline);
      Stage.pause(Duration.ofMillis(500));
    }
  }
}
