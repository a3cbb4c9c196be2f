package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.local.oracle.Agreement;
import io.chromasync.local.samples.ChromaRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/explain} beside a running job, of a partition whose records somebody else has damaged;
 * and of the job's savepoint.
 */
final class ExplainIT {

  private static final Path DOCUMENT = Path.of("docs", "how-to", "on-call.md");
  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir private Path folder;

  @Test
  void damageIsNamedAndTheTableExplainsIt() throws Exception {
    Path conf = Path.of("flink-conf").toAbsolutePath();
    Stage.Settings settings = new Stage.Settings(folder, conf, 1, 1);
    try (Stage stage = new Stage(settings, Clock.systemUTC())) {
      stage.load();
      stage.startJob();
      stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
      List<Agreement> agreements = stage.compareUntilAgreed(LONG);
      assertThat(agreements).as(() -> Agreement.report(agreements)).allMatch(Agreement::holds);
      Files.copy(stage.writeConfig(stage.servers().chroma()), folder.resolve("my-settings.json"));
      DocumentedCommands commands = new DocumentedCommands(DOCUMENT, folder, Stage.CREDENTIALS);
      Map<String, ChromaRecord> words = stage.chroma().all("words");
      String id = words.keySet().iterator().next();
      String partition = id.split("#", -1)[1];

      // Then: what agrees is said to agree, by the command as it is documented
      assertThat(commands.run("A record looks wrong", "partition=" + partition))
          .contains("partition     " + partition, "all are live and as in the table")
          .doesNotContain("missing", "orphaned", "stale", "to repair");
      assertThat(
              commands.shell(
                  "bin/explain --config my-settings.json %s '%s'\n".formatted(partition, id)))
          .contains(id, "agrees", "is shown");

      // When: somebody deletes a record, and edits another
      damage(stage, words, partition);

      // Then
      JsonNode explained = explain(commands, partition, "");
      assertThat(verdicts(explained)).containsEntry("MISSING", 1).containsEntry("STALE", 1);
      assertThat(stage.job().stop()).isZero();
      assertThat(verdicts(explain(commands, partition, "--from " + savepoint(stage))))
          .isEqualTo(verdicts(explained));
    }
  }

  /** The savepoint with which the job stopped. */
  private static Path savepoint(Stage stage) throws IOException {
    try (Stream<Path> folders = Files.list(stage.state().resolve("savepoints"))) {
      return folders.findFirst().orElseThrow();
    }
  }

  private static void damage(Stage stage, Map<String, ChromaRecord> words, String partition) {
    List<ChromaRecord> own =
        words.values().stream().filter(word -> word.id().contains(partition)).toList();
    stage.chroma().delete("words", List.of(own.get(0).id()));
    Map<String, Object> edited = new HashMap<>(own.get(1).metadata());
    edited.put("merchant_name", "Somebody Else");
    stage
        .chroma()
        .upsert(
            "words",
            List.of(
                new ChromaRecord(
                    own.get(1).id(), own.get(1).vector(), own.get(1).document(), edited)));
  }

  private static JsonNode explain(DocumentedCommands commands, String partition, String options)
      throws Exception {
    String printed =
        commands.shell(
            "bin/explain --config my-settings.json --json %s %s || [[ $? == 1 ]]\n"
                .formatted(options, partition));
    return JsonHttp.JSON.readTree(printed.substring(printed.indexOf('{')));
  }

  private static Map<String, Integer> verdicts(JsonNode explanation) {
    Map<String, Integer> verdicts = new HashMap<>();
    explanation
        .get("records")
        .forEach(record -> verdicts.merge(record.get("verdict").asText(), 1, Integer::sum));
    return verdicts;
  }
}
