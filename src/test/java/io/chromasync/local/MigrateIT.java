package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.local.oracle.Agreement;
import io.chromasync.local.samples.BaseRecords;
import io.chromasync.local.samples.ChromaRecord;
import io.chromasync.local.samples.SampleTable.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * docs/how-to/migrate-from-a-queue.md as it is typed, on a table, an S3 and a Chroma of this
 * machine. The queue's collections have a record that was deleted.
 */
@Tag("long")
final class MigrateIT {

  private static final Path DOCUMENT = Path.of("docs", "how-to", "migrate-from-a-queue.md");
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int EDITS = 30;

  /** The queue's system wrote it again after its word was deleted. */
  private static final ChromaRecord RECREATED =
      new ChromaRecord("IMAGE#x", new float[BaseRecords.DIMENSION], "x", Map.of("image_id", "x"));

  @TempDir private Path folder;

  @Test
  void aShadowTakesThePlaceOfWhatAQueueMadeAndGivesItBack() throws Exception {
    Path conf = Path.of("flink-conf").toAbsolutePath();
    Stage.Settings settings = new Stage.Settings(folder, conf, 1, 2);
    try (Stage stage = new Stage(settings, Clock.systemUTC())) {
      Files.copy(stage.writeConfig(stage.servers().chroma()), folder.resolve("my-settings.json"));
      DocumentedCommands commands = new DocumentedCommands(DOCUMENT, folder, Stage.CREDENTIALS);
      List<JsonNode> files = commands.allSettings();
      write("my-dry-run.json", files.get(0));
      write("my-shadow.json", files.get(1));
      write("my-live.json", files.get(2));
      try {
        play(stage, commands);
      } finally {
        commands.shell("bin/cluster stop\n");
      }
    }
  }

  private void play(Stage stage, DocumentedCommands commands) throws Exception {
    // Given: a table whose runs the queue's system has completed, and its collections
    stage.load();
    stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
    complete(stage);
    ChromaCollections chroma = stage.chroma();
    chroma.upsert("words", List.of(RECREATED));
    // A read here creates the collection.
    assertThat(chroma.all("lines")).isEmpty();

    commands.run("1. Dry run");
    assertThat(chroma.names()).containsExactlyInAnyOrder("words", "lines");

    commands.run("2. Shadow");
    agree(stage, "words-shadow", "lines-shadow");
    assertThat(chroma.all("words").keySet()).containsExactly(RECREATED.id());
    assertThat(commands.run("3. Compare"))
        .contains("would rename  words to words-before (1 records)")
        .contains("would rename  words-shadow to words");

    // When: edits and runs arrive before, during and after the switch
    edit(stage);
    agree(stage, "words-shadow", "lines-shadow");
    commands.run("4. Switch");
    chroma.forgetIds();
    edit(stage);

    // Then: all of it is shown, and every run is reported
    List<Agreement> agreements = stage.compareUntilAgreed(LONG);
    assertThat(agreements).as(() -> Agreement.report(agreements)).allMatch(Agreement::holds);
    assertThat(chroma.all("words-before").keySet()).containsExactly(RECREATED.id());
    assertThat(chroma.names())
        .contains("words-before", "lines-before", "chromasync-marks")
        .doesNotContain("words-shadow", "chromasync-marks-shadow");
    assertThat(commands.shell("bin/promote --config my-shadow.json\n"))
        .contains("The shadow is promoted already.");

    commands.run("6. Take it back");
    chroma.forgetIds();
    assertThat(chroma.names())
        .containsExactlyInAnyOrder(
            "words",
            "lines",
            "words-shadow",
            "lines-shadow",
            "chromasync-marks-shadow",
            "chromasync-fresh-shadow");
    assertThat(chroma.all("words").keySet()).containsExactly(RECREATED.id());
    commands.shell(
        "bin/cluster submit --config my-shadow.json --from"
            + " \"$(ls -td \"$PWD\"/.cluster/state/savepoints/* | head -1)\"\n");
    edit(stage);
    agree(stage, "words-shadow", "lines-shadow");
  }

  private static void edit(Stage stage) {
    for (int i = 0; i < EDITS; i++) {
      stage.traffic().next();
    }
    stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
  }

  /** Marks all runs completed, as whoever wrote the queue's collections did. */
  private static void complete(Stage stage) {
    for (Map<String, AttributeValue> item : stage.table().scan()) {
      if (item.get("TYPE").s().equals("COMPACTION_RUN")) {
        Map<String, AttributeValue> run = new HashMap<>(item);
        for (String collection : List.of("lines", "words")) {
          run.put(collection + "_state", AttributeValue.fromS("COMPLETED"));
          run.put(
              collection + "_finished_at",
              AttributeValue.fromS("2026-03-02T18:06:40.001000+00:00"));
        }
        stage.table().write(List.of(new Write(item.get("PK").s(), item.get("SK").s(), run)));
      }
    }
  }

  private static void agree(Stage stage, String words, String lines) {
    List<Agreement> agreements =
        stage.untilAgreed(() -> stage.compare(words, lines).subList(0, 2), LONG);
    assertThat(agreements).as(() -> Agreement.report(agreements)).allMatch(Agreement::holds);
  }

  private void write(String name, JsonNode changes) throws IOException {
    JsonHttp.JSON.writeValue(
        folder.resolve(name).toFile(),
        ChangedSettings.of(folder.resolve("my-settings.json"), changes));
  }
}
