package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.local.oracle.Agreement;
import io.chromasync.local.samples.ChromaRecord;
import io.chromasync.local.samples.Sample.Image;
import io.chromasync.local.samples.SampleReceipts;
import io.chromasync.local.samples.SampleTable.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * {@code bin/audit} on real servers, under live traffic: it finds seeded damage of every kind and
 * nothing else, even if the job is killed meanwhile, and repairs it through the running job.
 */
@Tag("long")
final class AuditIT {

  private static final long SEED = Long.getLong("audit.seed", System.nanoTime() & 0xfffff);
  private static final int RUNS = Integer.getInteger("audit.runs", 1);
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int DAMAGED = 3;
  private static final String CONFIG = "my-settings.json";

  @TempDir private Path folder;

  private Stage stage;
  private DocumentedCommands commands;
  private final Map<String, String> expected = new TreeMap<>();

  @Test
  void findsAllDamageAndNothingElseAndRepairsIt() throws Exception {
    System.out.println("audit.seed=" + SEED);
    Path conf = Path.of("flink-conf").toAbsolutePath();
    try (Stage opened = new Stage(new Stage.Settings(folder, conf, SEED, 3), Clock.systemUTC());
        LiveEdits edits = new LiveEdits(opened)) {
      stage = opened;
      stage.load();
      List<Image> quiet = new SampleReceipts(SEED + 77).images(DAMAGED);
      stage.traffic().load(quiet);
      stage.startJob();
      stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
      List<Agreement> agreements = stage.compareUntilAgreed(LONG);
      assertThat(agreements).as(() -> Agreement.report(agreements)).allMatch(Agreement::holds);
      Files.copy(stage.writeConfig(stage.servers().chroma()), folder.resolve(CONFIG));
      commands = new DocumentedCommands(HOW_TO, folder, Stage.CREDENTIALS);
      Map<String, ChromaRecord> old = stage.chroma().all("words");
      flipLabels(quiet.get(2));
      List<Agreement> edited = stage.compareUntilAgreed(LONG);
      assertThat(edited).as(() -> Agreement.report(edited)).allMatch(Agreement::holds);
      edits.start();

      // Then: no false difference under traffic
      JsonNode clean = audit("--vectors", 0);
      assertThat(clean.get("differences").asLong()).as(clean.toPrettyString()).isZero();

      // When: somebody damages the collections, and the job is killed during the audit
      damage(quiet, old);
      CompletableFuture<JsonNode> audit =
          CompletableFuture.supplyAsync(() -> audited("--vectors", 1));
      edits.pause();
      stage.job().kill();
      stage.startJob("--from", "latest");
      edits.start();

      // Then
      assertThat(findings(audit.join())).isEqualTo(expected);

      // When: the job repairs it
      JsonNode repaired = audit("--vectors --repair", 1);
      assertThat(findings(repaired)).isEqualTo(expected);
      assertThat(repaired.at("/repair/left").asLong()).as(repaired.toPrettyString()).isZero();
      stage.chroma().delete("words", List.of(FOREIGN));

      // When: the same again and again, with other traffic
      for (int run = 1; run < RUNS; run++) {
        old.putAll(stage.chroma().all("words"));
        flipLabels(quiet.get(2));
        edits.pause();
        assertThat(stage.compareUntilAgreed(LONG)).allMatch(Agreement::holds);
        edits.start();
        expected.clear();
        damage(quiet, old);
        JsonNode next = audit("--vectors --repair", 1);
        assertThat(findings(next)).as("run %s", run).isEqualTo(expected);
        assertThat(next.at("/repair/left").asLong()).as("run %s", run).isZero();
        stage.chroma().delete("words", List.of(FOREIGN));
        System.out.printf("run %s found and repaired %s differences%n", run, expected.size());
      }

      // Then
      JsonNode again = audit("--vectors", 0);
      assertThat(again.get("differences").asLong()).as(again.toPrettyString()).isZero();
      edits.pause();
      assertThat(stage.compareUntilAgreed(LONG)).allMatch(Agreement::holds);

      // When: no job runs
      assertThat(stage.job().stop()).isZero();

      // Then: the table and its runs say the same
      assertThat(audit("--vectors --without-job", 0).get("way").asText()).isEqualTo("two-way");
      expected.clear();
      damage(quiet, old);
      assertThat(findings(audit("--vectors --without-job", 1))).isEqualTo(expected);
    }
  }

  private static final Path HOW_TO = Path.of("docs", "how-to", "on-call.md");

  /** Record that names no partition. */
  private static final String FOREIGN = "somebody's note";

  /**
   * One damage of every kind, to images that nobody edits.
   *
   * @param old copy of the words, which is put back for one image
   */
  private void damage(List<Image> images, Map<String, ChromaRecord> old) {
    Map<String, ChromaRecord> words = stage.chroma().all("words");
    List<ChromaRecord> first = of(words, images.get(0));
    stage.chroma().delete("words", List.of(first.get(0).id()));
    expect("MISSING", "words", first.get(0).id());

    Map<String, Object> edited = new HashMap<>(first.get(1).metadata());
    edited.put("label_status", "somebody's");
    put(first.get(1).id(), first.get(1), edited);
    expect("STALE", "words", first.get(1).id());

    ChromaRecord one = first.get(2);
    ChromaRecord other =
        first.stream()
            .skip(3)
            .filter(each -> !each.document().equals(one.document()))
            .findFirst()
            .orElseThrow();
    put(
        one.id(),
        new ChromaRecord(one.id(), other.vector(), one.document(), one.metadata()),
        one.metadata());
    put(
        other.id(),
        new ChromaRecord(other.id(), one.vector(), other.document(), other.metadata()),
        other.metadata());
    expect("WRONG_VECTOR", "words", one.id());
    expect("WRONG_VECTOR", "words", other.id());

    String risen = one.id().replaceFirst("WORD#\\d+", "WORD#09999");
    put(risen, one, one.metadata());
    expect("ORPHANED", "words", risen);

    Map<String, Object> stranger = new HashMap<>(one.metadata());
    stranger.put("image_id", "00000000-0000-4000-8000-000000000000");
    String unknown = one.id().replace(images.get(0).id(), "00000000-0000-4000-8000-000000000000");
    put(unknown, one, stranger);
    expect("ORPHANED", "words", unknown);

    put(FOREIGN, one, Map.of("text", "hello"));
    expect("ORPHANED", "words", FOREIGN);

    for (ChromaRecord now : of(words, images.get(2))) {
      ChromaRecord before = old.get(now.id());
      stage.chroma().delete("words", List.of(now.id()));
      put(now.id(), before, before.metadata());
      if (!before.metadata().equals(now.metadata())) {
        expect("STALE", "words", now.id());
      }
    }

    for (String collection : List.of("words", "lines")) {
      List<String> ids =
          of(stage.chroma().all(collection), images.get(1)).stream().map(ChromaRecord::id).toList();
      stage.chroma().delete(collection, ids);
      ids.forEach(id -> expect("MISSING", collection, id));
    }
  }

  /** Edits each label of an image. */
  private void flipLabels(Image image) {
    for (Map<String, AttributeValue> item : stage.table().scan()) {
      if (item.get("TYPE").s().equals("RECEIPT_WORD_LABEL")
          && item.get("PK").s().contains(image.id())) {
        boolean valid = item.get("validation_status").s().equals("VALID");
        Map<String, AttributeValue> label = new HashMap<>(item);
        label.put("validation_status", AttributeValue.fromS(valid ? "INVALID" : "VALID"));
        stage.table().write(List.of(new Write(item.get("PK").s(), item.get("SK").s(), label)));
      }
    }
  }

  private static List<ChromaRecord> of(Map<String, ChromaRecord> records, Image image) {
    return records.values().stream().filter(each -> each.id().contains(image.id())).toList();
  }

  private void put(String id, ChromaRecord record, Map<String, Object> metadata) {
    stage
        .chroma()
        .upsert(
            "words", List.of(new ChromaRecord(id, record.vector(), record.document(), metadata)));
  }

  private void expect(String kind, String collection, String id) {
    expected.put(collection + " " + id, kind);
  }

  private static Map<String, String> findings(JsonNode report) {
    Map<String, String> findings = new TreeMap<>();
    report
        .get("findings")
        .forEach(
            each ->
                findings.put(
                    each.get("collection").asText() + " " + each.get("id").asText(),
                    each.get("kind").asText()));
    return findings;
  }

  private JsonNode audited(String options, int exit) {
    try {
      return audit(options, exit);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs the tool, which must exit with this code. */
  private JsonNode audit(String options, int exit) throws IOException, InterruptedException {
    commands.shell(
        ("rc=0; bin/audit --config %s --json report.json %s || rc=$?;"
                + " [[ $rc == %s ]] || { echo \"exit $rc\"; exit 9; }\n")
            .formatted(CONFIG, options, exit));
    return JsonHttp.JSON.readTree(folder.resolve("report.json").toFile());
  }

  /** Edits on a thread of its own. */
  private static final class LiveEdits implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Stage stage;
    private final AtomicBoolean isOn = new AtomicBoolean();
    private Thread thread;

    LiveEdits(Stage stage) {
      this.stage = stage;
    }

    void start() {
      isOn.set(true);
      thread =
          new Thread(
              () -> {
                while (isOn.get()) {
                  stage.traffic().next();
                  Stage.pause(PAUSE);
                }
              },
              "edits");
      thread.start();
    }

    void pause() {
      isOn.set(false);
      while (thread != null && thread.isAlive()) {
        Stage.pause(PAUSE);
      }
    }

    @Override
    public void close() {
      pause();
    }
  }
}
