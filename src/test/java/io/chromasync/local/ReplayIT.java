package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.oracle.Accounting;
import io.chromasync.local.oracle.Agreement;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/how-to/replay.md as it is typed, on a table, an S3 and a Chroma of this machine, with a
 * proxy before Chroma that knows whether anything was written.
 */
@Tag("long")
final class ReplayIT {

  private static final Path DOCUMENT = Path.of("docs", "how-to", "replay.md");
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int EDITS = 40;
  private static final String WRITTEN = "records_(upserted|updated|deleted)|sweeps";

  @TempDir private Path folder;
  private final Clock clock = Clock.systemUTC();

  @Test
  void aReplayOfWhatWasAppliedWritesNothingAndAForkKeepsItsOwnCollections() throws Exception {
    Path conf = Path.of("flink-conf").toAbsolutePath();
    try (Stage stage = new Stage(new Stage.Settings(folder, conf, 1, 2), clock);
        FaultProxy proxy = FaultProxy.start(URI.create(stage.servers().chroma()), clock)) {
      writeSettings(stage, proxy);
      DocumentedCommands commands = new DocumentedCommands(DOCUMENT, folder, Stage.CREDENTIALS);
      try {
        play(stage, proxy, commands);
        fork(stage, commands);
      } finally {
        commands.shell("bin/cluster stop\nbin/cluster stop --dir .cluster-green\n");
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
    commands.run("Stop and resume");
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

  /** Both jobs keep their own collections in step, from one savepoint on. */
  private void fork(Stage stage, DocumentedCommands commands) throws Exception {
    agree(stage);
    commands.run("Fork");
    for (int i = 0; i < EDITS; i++) {
      stage.traffic().next();
    }
    agree(stage);
    await(
        "the fork to agree",
        () -> stage.compare("words-green", "lines-green").stream().allMatch(Agreement::holds));
    assertThat(commands.shell("! bin/fork --from my-settings.json --to my-fork.json\n"))
        .contains("The words of my-fork.json must be none but are");
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
    DocumentedCommands document = new DocumentedCommands(DOCUMENT, folder, Stage.CREDENTIALS);
    Path replay = folder.resolve("my-replay.json");
    JsonHttp.JSON.writeValue(
        replay.toFile(), ChangedSettings.of(written, document.settings("Replay")));
    Path fork = folder.resolve("my-fork.json");
    JsonHttp.JSON.writeValue(fork.toFile(), ChangedSettings.of(written, document.settings("Fork")));
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for " + what).isLessThan(deadline);
      Stage.pause(Duration.ofMillis(500));
    }
  }
}
