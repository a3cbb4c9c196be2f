package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.local.oracle.Accounting;
import io.chromasync.local.oracle.Agreement;
import io.chromasync.local.samples.ChromaRecord;
import io.chromasync.local.samples.Sample.Image;
import io.chromasync.local.samples.SampleTable.Write;
import io.chromasync.ops.RequestSnapshot;
import io.chromasync.testing.TableExport;
import io.chromasync.testing.TableItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A table that is older than its stream and the job, and has lost some parents of what is in it,
 * read in each of the ways there are; with a gap of which no stream tells.
 */
@Timeout(600)
@Tag("long")
final class BackfillIT {

  private static final Path DOCUMENT = Path.of("docs", "how-to", "backfill.md");
  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir private Path folder;

  @Test
  void aTableThatIsOlderThanTheJobIsReadAndEndsInAgreement() throws Exception {
    long seed = Long.getLong("seed", 5);
    System.out.println("seed=" + seed);
    // DynamoDB Local tells only the minute of a change; so the runs say no more of themselves.
    Clock minutes = Clock.tickMinutes(ZoneOffset.UTC);
    try (Stage stage = new Stage(new Stage.Settings(folder, conf(), seed, 3), minutes)) {
      stage.table().stream(false);
      stage.load();
      stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
      orphan(stage);
      stage.table().stream(true);
      Image unedited = stage.images().get(0);
      Image edited = stage.images().get(1);
      Image deleted = stage.images().get(2);
      Image untouched = stage.images().get(3);
      Traffic traffic = traffic(stage, seed + 1, edited);
      Traffic others = traffic(stage, seed + 2, untouched);
      Traffic last = traffic(stage, seed + 3, deleted);

      touch(stage, List.of(edited, deleted), List.of(traffic, last));
      gap(stage, traffic, deleted);
      scan(stage, List.of(traffic, others), unedited);
      export(stage, List.of(traffic, others));
    }
  }

  /**
   * Of each image a word goes from under its labels, a line from its row and from above its words,
   * and a place if there is one; nobody is told of it, and the pending runs hold what went.
   */
  private static void orphan(Stage stage) {
    List<Map<String, AttributeValue>> items = stage.table().scan();
    for (Image image : stage.images()) {
      List<Map<String, AttributeValue>> own =
          items.stream().filter(item -> item.get("PK").s().equals("IMAGE#" + image.id())).toList();
      String label = keys(own, "RECEIPT_WORD_LABEL").findFirst().orElseThrow();
      String labelled = label.replaceAll("#LABEL#.*", "");
      Set<String> members = members(own);
      String line =
          own.stream()
              .map(item -> item.get("SK").s())
              .filter(members::contains)
              .filter(key -> !labelled.startsWith(key))
              .findFirst()
              .orElseThrow();
      Stream<String> place = keys(own, "RECEIPT_PLACE").limit(1);
      stage
          .table()
          .write(
              Stream.concat(Stream.of(labelled, line), place)
                  .map(key -> new Write("IMAGE#" + image.id(), key, null))
                  .toList());
    }
  }

  private static Stream<String> keys(List<Map<String, AttributeValue>> items, String type) {
    return items.stream()
        .filter(item -> item.get("TYPE").s().equals(type))
        .map(item -> item.get("SK").s());
  }

  /** The sort keys of all lines that are in a row and not the first of it. */
  private static Set<String> members(List<Map<String, AttributeValue>> items) {
    Set<String> members = new HashSet<>();
    for (Map<String, AttributeValue> item : items) {
      if (item.get("TYPE").s().equals("RECEIPT_ROW")) {
        String receipt = item.get("SK").s().replaceAll("#ROW#.*", "");
        item.get("line_ids").l().stream()
            .skip(1)
            .map(
                line ->
                    String.format(Locale.ROOT, "%s#LINE#%05d", receipt, Integer.valueOf(line.n())))
            .forEach(members::add);
      }
    }
    return members;
  }

  /** The job starts on the old table, and reads what is touched and nothing else. */
  private void touch(Stage stage, List<Image> touched, List<Traffic> traffic) throws IOException {
    set(stage, "First touch");
    stage.startJob();

    traffic.forEach(each -> each.edit(edit -> !edit.isRemoval()));
    agree(stage, id -> touched.stream().anyMatch(image -> isOf(image, id)));
    for (int i = 0; i < 10; i++) {
      traffic.forEach(each -> each.edit(edit -> true));
    }
    agree(stage, id -> touched.stream().anyMatch(image -> isOf(image, id)));

    assertThat(stage.flink().sum("snapshots_merged")).as("images read").isEqualTo(touched.size());
  }

  /** While the stream is off an image is edited, and one that the job knows is deleted. */
  private static void gap(Stage stage, Traffic traffic, Image deleted) throws Exception {
    assertThat(stage.job().stop()).as(stage.job().output()).isZero();
    Instant stopped = Instant.now();
    stage.table().stream(false);
    for (int i = 0; i < 20; i++) {
      traffic.edit(edit -> true);
    }
    stage
        .table()
        .write(
            stage.table().scan().stream()
                .filter(item -> item.get("PK").s().equals("IMAGE#" + deleted.id()))
                .map(item -> new Write(item.get("PK").s(), item.get("SK").s(), null))
                .toList());
    stage.table().stream(true);
    // What was read before must be older than the scan by the margin, or it counts as newer.
    Instant due = stopped.truncatedTo(ChronoUnit.MINUTES).plus(61, ChronoUnit.SECONDS);
    while (Instant.now().isBefore(due)) {
      Stage.pause(Duration.ofMillis(200));
    }
  }

  /**
   * The table is read in segments while it is edited, by a job that is killed in the middle; then
   * one image is damaged and repaired.
   */
  private void scan(Stage stage, List<Traffic> traffic, Image damaged) throws Exception {
    set(stage, "Scan");
    stage.set("source", Map.of("on-gap", "skip"));
    stage.set("snapshot", Map.of("segments", "3", "rate-limit", "20"));
    stage.startJob("--from", "latest");
    kill(stage, traffic);
    stage.startJob("--from", "latest");
    while (stage.flink().sum("tables_read") == 0) {
      stage.checkJob();
      edit(traffic);
      Stage.pause(Duration.ofMillis(100));
    }
    assertThat(stage.flink().sum("facts_unlisted")).as("facts gone in the gap").isPositive();

    stage.untilAgreed(() -> ofImage(stage, damaged), LONG);
    damage(stage, damaged);
    assertThat(ofImage(stage, damaged)).as("damaged").noneMatch(Agreement::holds);
    assertThat(
            RequestSnapshot.commandLine(Clock.systemUTC())
                .execute(
                    "--config",
                    folder.resolve("chromasync.json").toString(),
                    "--partition",
                    damaged.id()))
        .isZero();

    edit(traffic);
    traffic.forEach(Traffic::bringBack);
    agree(stage, id -> true);
  }

  /** Kills the job after a checkpoint that has a part of the scan. */
  private static void kill(Stage stage, List<Traffic> traffic) throws InterruptedException {
    stage.await("a part to be read", LONG, () -> stage.flink().sum("items_scanned") > 0);
    Instant begun = Instant.now();
    edit(traffic);
    stage.await("a checkpoint", LONG, () -> stage.flink().hasCheckpointSince(begun));
    assertThat(stage.flink().sum("tables_read")).as("in the middle of the scan").isZero();
    stage.job().kill();
    edit(traffic);
  }

  /** A job without memory reads an export, and of the stream what came after it. */
  private void export(Stage stage, List<Traffic> traffic) throws Exception {
    assertThat(stage.job().stop()).as(stage.job().output()).isZero();
    for (int i = 0; i < 20; i++) {
      // A job without memory cannot know of records that are gone.
      traffic.forEach(each -> each.edit(edit -> !edit.isRemoval()));
    }
    Instant time = Instant.now();
    TableExport export = export(stage.table().scan(), time);
    stage.servers().s3().createBucket("exports");
    export.objects().forEach((key, content) -> stage.servers().s3().put("exports", key, content));
    edit(traffic);

    set(stage, "Export");
    stage.set("source", Map.of("start", time.minus(1, ChronoUnit.MINUTES).toString()));
    stage.set(
        "snapshot",
        Map.of(
            "export-uri",
            "s3://exports/" + export.folder(),
            "export-endpoint",
            stage.servers().s3().endpoint().toString()));
    stage.startJob();
    edit(traffic);
    traffic.forEach(Traffic::bringBack);
    stage.await("the export to be read", LONG, () -> stage.flink().sum("tables_read") > 0);
    agree(stage, id -> true);
  }

  /** What the document says is added to the job's settings. */
  private void set(Stage stage, String heading) throws IOException {
    DocumentedCommands document = new DocumentedCommands(DOCUMENT, folder, Stage.CREDENTIALS);
    for (JsonNode group : document.settings(heading)) {
      Map<String, String> properties = new HashMap<>();
      group
          .get("PropertyMap")
          .properties()
          .forEach(each -> properties.put(each.getKey(), each.getValue().textValue()));
      stage.set(group.get("PropertyGroupId").textValue(), properties);
    }
  }

  private static TableExport export(List<Map<String, AttributeValue>> items, Instant time) {
    List<TableItem> all = items.stream().map(TableItem::of).toList();
    int half = all.size() / 2;
    return TableExport.full("receipts", "backfill/", "0001", time)
        .file(all.subList(0, half))
        .file(all.subList(half, all.size()));
  }

  /** Overwrites what the job owns, takes a key away, and adds records of which no item speaks. */
  private static void damage(Stage stage, Image image) {
    for (String collection : List.of("words", "lines")) {
      List<ChromaRecord> damaged = new ArrayList<>();
      for (ChromaRecord record : stage.chroma().all(collection).values()) {
        if (isOf(image, record.id())) {
          damaged.add(damaged(record));
        }
      }
      assertThat(damaged).isNotEmpty();
      damaged.add(ghost(damaged.get(0)));
      stage.chroma().upsert(collection, damaged);
    }
  }

  private static ChromaRecord damaged(ChromaRecord record) {
    Map<String, Object> metadata = new HashMap<>(record.metadata());
    metadata.put("label_status", "damaged");
    metadata.put("label_TIP", true);
    metadata.put("place_id", null);
    return new ChromaRecord(record.id(), record.vector(), record.document(), metadata);
  }

  /** The same of a line that is not there. */
  private static ChromaRecord ghost(ChromaRecord record) {
    Map<String, Object> metadata = new HashMap<>(record.metadata());
    metadata.put("line_id", 9999);
    String id = record.id().replaceAll("LINE#\\d+", "LINE#09999");
    return new ChromaRecord(id, record.vector(), record.document(), metadata);
  }

  private static List<Agreement> ofImage(Stage stage, Image image) {
    return stage.compareRead(id -> isOf(image, id), id -> isOf(image, id));
  }

  private static void agree(Stage stage, Predicate<String> isThere) {
    stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
    List<Agreement> agreements =
        stage.untilAgreed(() -> stage.compareRead(isThere, id -> true), LONG);
    assertThat(agreements).as(Agreement.report(agreements)).allMatch(Agreement::holds);
    Accounting accounting = new Accounting(stage.flink()::sum);
    stage.await("all that was read to be accounted for", LONG, accounting::holds);
  }

  private static boolean isOf(Image image, String id) {
    return id.startsWith("IMAGE#%s#".formatted(image.id()));
  }

  private static void edit(List<Traffic> traffic) {
    traffic.forEach(Traffic::next);
  }

  private static Traffic traffic(Stage stage, long seed, Image image) {
    Traffic traffic = new Traffic(stage.table(), stage.runs(), seed);
    traffic.edit(List.of(image));
    return traffic;
  }

  /**
   * As the job has it, with checkpoints in quick succession: the end of a reading waits for one.
   */
  private Path conf() throws IOException {
    String given = Files.readString(Path.of("flink-conf", "config.yaml"));
    String quick = given.replace("interval: 10 s", "interval: 2 s");
    assertThat(quick).isNotEqualTo(given);
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(conf.resolve("config.yaml"), quick);
    return conf;
  }
}
