package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.local.oracle.Accounting;
import io.chromasync.local.oracle.Agreement;
import io.chromasync.local.samples.Sample.Image;
import io.chromasync.local.samples.SampleReceipts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Chroma whose folder is copied, and put back when it has moved on. */
@Timeout(900)
@Tag("long")
final class RollbackIT {

  private static final Path ON_CALL = Path.of("docs", "how-to", "on-call.md");
  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir private Path folder;
  private final Clock clock = Clock.systemUTC();

  @Test
  void c02ARunningJobFailsWhenChromaWentBackAndRepairsItWhenItIsToldTo() throws Exception {
    try (Stage stage = new Stage(new Stage.Settings(folder, conf(), seed(), 2), clock)) {
      // Given: a copy, after which labels, removals, receipts and their runs go on
      stage.load();
      stage.startJob();
      agree(stage);
      stage.servers().backUpChroma(folder.resolve("backup"));
      for (int i = 0; i < 60; i++) {
        stage.traffic().next();
      }
      stage.traffic().load(new SampleReceipts(seed() + 9).images(1));
      agree(stage);
      checkpoint(stage);

      // When
      stage.servers().restoreChroma(folder.resolve("backup"));
      stage.traffic().next();

      // Then
      assertThat(stage.job().await()).as(stage.job().output()).isEqualTo(1);
      assertThat(stage.job().output())
          .contains("The job failed: Chroma at", "was rolled back from", "as by a restored backup")
          .contains(
              "Set 'chroma.on-rollback' to repair and start the job from its last checkpoint");

      // And when
      stage.set("chroma", Map.of("on-rollback", "repair"));
      stage.startJob("--from", "latest");
      agree(stage);
      // Metrics are a moment older than records.
      stage.await("the rewrite to be counted", LONG, () -> stage.flink().sum("rewrites") > 0);
      assertThat(stage.flink().sum("vectors_unrepaired")).isZero();

      // And: what it repairs without being started anew, once
      stage.servers().restoreChroma(folder.resolve("backup"));
      stage.traffic().next();
      stage.await("it to be noticed", LONG, () -> stage.flink().sum("rollbacks_noticed") > 0);
      agree(stage);
      stage.traffic().bringBack();
      agree(stage);
      Accounting accounting = new Accounting(stage.flink()::sum);
      stage.await("all that was read to be accounted for", LONG, accounting::holds);
    }
  }

  /** The drill of on-call.md, as it is typed: a job that was stopped, and vectors nobody keeps. */
  @Test
  void c02TheGuideRestoresEverythingOfAJobThatIsStartedOnAnOldCopy() throws Exception {
    DocumentedCommands commands = new DocumentedCommands(ON_CALL, folder, Stage.CREDENTIALS);
    try (Stage stage = new Stage(new Stage.Settings(folder, conf(), seed(), 2), clock)) {
      stage.set("resolve", Map.of("vector-retention", "0 s"));
      try {
        play(stage, commands);
      } finally {
        commands.shell("bin/cluster stop\n");
      }
    }
  }

  private void play(Stage stage, DocumentedCommands commands) throws Exception {
    // Given: vectors that came after the copy, and are no longer kept; a savepoint
    stage.load();
    writeSettings(stage, Map.of());
    commands.shell(
        "bin/cluster start --conf '%s'\nbin/cluster submit --config my-settings.json\n"
            .formatted(conf()));
    agree(stage);
    stage.servers().backUpChroma(folder.resolve("backup"));
    Image again = stage.images().get(1);
    again.receipts().values().forEach(stage.runs()::embed);
    stage.traffic().load(new SampleReceipts(seed() + 9).images(1));
    edit(stage, 20);
    agree(stage);
    passTwoMinutes();
    edit(stage, 5);
    agree(stage);
    commands.shell("bin/cluster stop-with-savepoint\n");

    // When
    stage.servers().restoreChroma(folder.resolve("backup"));

    // Then
    String refused =
        commands.shell("! bin/cluster submit --config my-settings.json --from latest 2>&1\n");
    assertThat(refused).contains("was rolled back from", "Chroma was restored from a backup");
    writeSettings(stage, Map.of("on-rollback", "repair"));
    commands.run("Chroma was restored from a backup");
    await("the repair", () -> flink().sum("rewrites") > 0);
    assertThat(flink().sum("vectors_unrepaired")).isPositive();
    assertThat(stage.compare())
        .as("vectors are missing")
        .anySatisfy(each -> assertThat(each.missing()).isNotEmpty());
    commands.run("Vectors that are no longer kept");
    edit(stage, 5);
    agree(stage);
  }

  private static void edit(Stage stage, int edits) {
    for (int i = 0; i < edits; i++) {
      stage.traffic().edit(edit -> !edit.isRemoval());
    }
  }

  /** DynamoDB Local tells the minute of a change, and event time is a minute behind it. */
  private static void passTwoMinutes() {
    Instant due = Instant.now().truncatedTo(ChronoUnit.MINUTES).plus(181, ChronoUnit.SECONDS);
    while (Instant.now().isBefore(due)) {
      Stage.pause(Duration.ofMillis(200));
    }
  }

  private FlinkRest flink() {
    return new FlinkRest(new DetachedCluster(folder.resolve(".cluster")).commands().webUi());
  }

  private static void checkpoint(Stage stage) {
    Instant now = Instant.now();
    stage.await("a checkpoint", LONG, () -> stage.flink().hasCheckpointSince(now));
  }

  private static void agree(Stage stage) {
    await("all runs to be produced", stage.runs()::isIdle);
    List<Agreement> agreements = stage.compareUntilAgreed(LONG);
    assertThat(agreements).as(() -> Agreement.report(agreements)).allMatch(Agreement::holds);
  }

  private void writeSettings(Stage stage, Map<String, String> chroma) throws IOException {
    Path written = stage.writeConfig(stage.servers().chroma());
    JsonNode groups = JsonHttp.JSON.readTree(written.toFile());
    for (JsonNode group : groups) {
      if (group.get("PropertyGroupId").textValue().equals("chroma")) {
        chroma.forEach((key, value) -> ((ObjectNode) group.get("PropertyMap")).put(key, value));
      }
    }
    JsonHttp.JSON.writeValue(folder.resolve("my-settings.json").toFile(), groups);
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for " + what).isLessThan(deadline);
      Stage.pause(Duration.ofMillis(500));
    }
  }

  private static long seed() {
    return Long.getLong("seed", 5);
  }

  /** As the job has it, with checkpoints in quick succession. */
  private Path conf() throws IOException {
    String given = Files.readString(Path.of("flink-conf", "config.yaml"));
    String quick = given.replace("interval: 10 s", "interval: 2 s");
    assertThat(quick).isNotEqualTo(given);
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(conf.resolve("config.yaml"), quick);
    return conf;
  }
}
