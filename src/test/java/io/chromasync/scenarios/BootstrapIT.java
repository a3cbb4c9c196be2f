package io.chromasync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.ClusterRun;
import io.chromasync.JobCounters;
import io.chromasync.WholeJob;
import io.chromasync.local.servers.S3Server;
import io.chromasync.model.RecordKey;
import io.chromasync.ops.Bootstrap;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.FakeChroma.Write;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableExport;
import io.chromasync.testing.TableItem;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A job starts from what {@code bin/bootstrap} makes of exports on a real S3 server. */
@Tag("long")
class BootstrapIT {

  private static final String IMAGE = "3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11";
  private static final RecordKey WORD = ReceiptTree.word(IMAGE, 1, 7, 2);
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final Instant ONE = Instant.parse("2026-03-02T13:00:00Z");

  /** An hour after the exports. */
  private static final long LATER = ONE.getEpochSecond() + 3600;

  private static final JobCounters COUNTERS = new JobCounters();

  /** What a job asks a server with, before it runs. */
  private static final String PROBE = "chromasync-probe";

  @RegisterExtension static final MiniClusterExtension CLUSTER = COUNTERS.cluster();

  @TempDir private Path folder;

  private static S3Server s3;

  @BeforeAll
  static void start() {
    s3 = S3Server.startEmpty();
    s3.createBucket("exports");
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @Test
  @Timeout(300)
  void aLabelThatChangesAfterwardsIsWrittenWithAllOthersThatTheExportsTellOf(
      @InjectMiniCluster MiniCluster cluster) throws Exception {
    String exports = String.join(",", write(full()), write(incremental()));
    String savepoint = folder.resolve("savepoint").toUri().toString();
    try (WholeJob job =
        WholeJob.start(folder.resolve("letters").toUri(), Map.of("max-records", "1"))) {
      Result result = bootstrap("--export", exports, "--config", config(job), "--out", savepoint);
      assertThat(result.code()).as(result.err()).isZero();
      assertThat(result.out())
          .contains("12 items in 2 exports", "12 facts of 2 partitions; 0 items are rejected");

      job.stream.put(ItemChanges.insert(label("SUBTOTAL"), ItemChanges.at(LATER)));
      ClusterRun run = ClusterRun.start(cluster, COUNTERS, Path.of(folder + "/savepoint"), job);
      run.await(
          () -> writesOf(job, WORD).stream().anyMatch(write -> write.body().contains("SUBTOTAL")));
      run.awaitRead(1);
      run.stop(folder.resolve("stopped").toUri().toString());

      assertThat(writesOf(job, WORD))
          .singleElement()
          .satisfies(
              write ->
                  assertThat(write.body())
                      .as("without the label that the incremental export tells to be gone")
                      .contains("\"valid_labels_array\":[\"DATE\",\"SUBTOTAL\",\"TAX\"]"));
      assertThat(job.chroma.writes())
          .as("of nothing else, for nothing else is news")
          .allMatch(
              write ->
                  write.ids().contains(PROBE)
                      || write.ids().contains(WORD.id())
                      || write.ids().contains(ReceiptTree.row(IMAGE, 1, 7).id()));
    }
  }

  @Test
  @Timeout(300)
  void c12ALabelOfAWordThatIsNotExportedDoesNotCountInItsRow(@InjectMiniCluster MiniCluster cluster)
      throws Exception {
    RecordKey row = ReceiptTree.row(IMAGE, 1, 2);

    String update =
        updateOf(
            row,
            "2001",
            List.of(Items.line(IMAGE, 1, 2, "a"), word(2, 2), label(2, 1, "TAX")),
            label(2, 2, "DATE"),
            cluster);

    assertThat(update)
        .contains("\"label_DATE\":true", "\"label_TAX\":null")
        .contains("\"valid_labels_array\":[\"DATE\"]");
  }

  @Test
  @Timeout(300)
  void c13ALineThatIsNotExportedLeavesItsRow(@InjectMiniCluster MiniCluster cluster)
      throws Exception {
    RecordKey row = ReceiptTree.row(IMAGE, 1, 7);

    String update =
        updateOf(
            row,
            "2002",
            List.of(
                Items.line(IMAGE, 1, 7, "a"),
                Items.row(IMAGE, 1, 7, 8),
                word(7, 2),
                word(8, 1),
                label(8, 1, "TAX")),
            label(7, 2, "DATE"),
            cluster);

    assertThat(update)
        .contains("\"row_line_ids\":\"[7]\"", "\"label_DATE\":true", "\"label_TAX\":null");
  }

  /** The update of a record after a label came to a job that knows an export. */
  private String updateOf(
      RecordKey record, String id, List<TableItem> items, TableItem label, MiniCluster cluster)
      throws Exception {
    TableExport export =
        TableExport.full("Receipts", id + "/", id, NOON)
            .file(List.of(Items.image(IMAGE), Items.receipt(IMAGE, 1)))
            .file(items);
    String savepoint = folder.resolve("savepoint").toUri().toString();
    try (WholeJob job =
        WholeJob.start(folder.resolve("letters").toUri(), Map.of("max-records", "1"))) {
      Result result =
          bootstrap("--export", write(export), "--config", config(job), "--out", savepoint);
      assertThat(result.code()).as(result.err()).isZero();
      job.stream.put(ItemChanges.insert(label, ItemChanges.at(LATER)));
      ClusterRun run = ClusterRun.start(cluster, COUNTERS, Path.of(folder + "/savepoint"), job);
      run.await(() -> !writesOf(job, record).isEmpty());
      run.awaitRead(1);
      run.stop(folder.resolve("stopped").toUri().toString());
      List<Write> writes = writesOf(job, record);
      return writes.get(writes.size() - 1).body();
    }
  }

  @Test
  @Timeout(300)
  void whatIsAskedWrongIsNamed() throws Exception {
    String export = write(full());
    try (WholeJob job = WholeJob.start(folder.resolve("letters").toUri(), Map.of())) {
      String config = config(job);
      String there = folder.resolve("there").toString();
      Files.createDirectories(Path.of(there));
      Files.createFile(Path.of(there, "_metadata"));

      refused(2, "no savepoint yet", "--export", export, "--config", config, "--out", there);
      refused(2, "--config must name a file", "--export", export, "--config", "/no", "--out", "x");
      refused(2, "--out must be a folder", "--export", export, "--config", config, "--out", config);
      refused(2, "'ftp://x/y'", "--export", export, "--config", config, "--out", "ftp://x/y");
      refused(
          2,
          "--parallelism must be 1 to 128 but was '0'",
          "--export",
          export,
          "--config",
          config,
          "--out",
          "x",
          "--parallelism",
          "0");
      refused(
          2,
          "--export must be like s3://bucket/prefix/AWSDynamoDB/ID but was 'exports/1'",
          "--export",
          "exports/1",
          "--config",
          config,
          "--out",
          "x");
      refused(
          1,
          "There is no s3://exports/none/manifest-summary.json",
          "--export",
          "s3://exports/none",
          "--config",
          config,
          "--out",
          "x");
    }
  }

  @Test
  @Timeout(300)
  void anExportThatIsDamagedLeavesNoSavepoint() throws Exception {
    TableExport export = TableExport.full("Receipts", "damaged/", "0003", NOON);
    String uri = write(export.file(List.of(Items.image("a"))));
    String key = export.dataFiles().get(0);
    byte[] cut = export.objects().get(key);
    s3.put("exports", key, Arrays.copyOf(cut, cut.length - 1));
    String out = folder.resolve("damaged").toString();
    try (WholeJob job = WholeJob.start(folder.resolve("letters").toUri(), Map.of())) {
      refused(
          1,
          "There is no savepoint at %s: The data file s3://exports/%s".formatted(out, key),
          "--export",
          uri,
          "--config",
          config(job),
          "--out",
          out);
    }
    assertThat(Path.of(out, "_metadata")).doesNotExist();
  }

  private static TableExport full() {
    return TableExport.full("Receipts", "", "0001", NOON)
        .file(
            List.of(
                Items.image(IMAGE),
                Items.receipt(IMAGE, 1),
                Items.line(IMAGE, 1, 7, "TAX 0.42"),
                Items.word(IMAGE, 1, 7, 2, "TAX"),
                label("TAX")))
        .file(
            List.of(
                label("TIP"),
                Items.place(IMAGE, 1),
                Items.section(IMAGE, 1, "ITEMS", 7),
                Items.image("other")));
  }

  private static TableExport incremental() {
    return TableExport.incremental("Receipts", "", "0002", NOON, ONE)
        .lines(
            List.of(
                TableExport.put(null, label("DATE"), NOON.plusSeconds(7)),
                TableExport.deletion(label("TIP"), NOON.plusSeconds(8)),
                TableExport.put(null, Items.receipt("other", 1), NOON.plusSeconds(9))));
  }

  private static TableItem label(String name) {
    return Items.label(IMAGE, 1, 7, 2, name).status(ValidationStatus.VALID);
  }

  private static TableItem word(int line, int word) {
    return Items.word(IMAGE, 1, line, word, "print");
  }

  private static TableItem label(int line, int word, String name) {
    return Items.label(IMAGE, 1, line, word, name).status(ValidationStatus.VALID);
  }

  private static String write(TableExport export) {
    export.objects().forEach((key, content) -> s3.put("exports", key, content));
    return "s3://exports/" + export.folder();
  }

  private String config(WholeJob job) throws IOException {
    return job.writeConfig(folder.resolve("config.json"), s3.endpoint()).toString();
  }

  private static List<Write> writesOf(WholeJob job, RecordKey record) {
    return job.chroma.writes().stream().filter(write -> write.ids().contains(record.id())).toList();
  }

  private record Result(int code, String out, String err) {}

  private void refused(int code, String message, String... args) throws Exception {
    Result result = bootstrap(args);
    assertThat(result.err()).contains(message);
    assertThat(result.code()).isEqualTo(code);
  }

  /** In a process of its own: a test's cluster forbids others beside it in its JVM. */
  private Result bootstrap(String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            "-Daws.accessKeyId=test",
            "-Daws.secretAccessKey=test",
            "-Daws.region=" + TestCredentials.REGION));
    command.add(Bootstrap.class.getName());
    command.addAll(List.of(args));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      return new Result(process.waitFor(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }
}
