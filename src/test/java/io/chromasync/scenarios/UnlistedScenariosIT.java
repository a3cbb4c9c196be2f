package io.chromasync.scenarios;

import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.VALID;
import static io.chromasync.receipts.ReceiptTree.LINES;
import static io.chromasync.receipts.ReceiptTree.WORDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.ClusterRun;
import io.chromasync.JobCounters;
import io.chromasync.Run;
import io.chromasync.RunEnds;
import io.chromasync.Runs;
import io.chromasync.WholeJob;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.model.CollectionName;
import io.chromasync.model.Embedding;
import io.chromasync.ops.RequestSnapshot;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel.Stored;
import io.chromasync.testing.ChromaReader;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableExport;
import io.chromasync.testing.TableItem;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rule 20 through the whole job, on real servers: a table from which parents were removed before
 * its stream began, read in each way by a job without state. {@code BootstrapIT} has a job that
 * starts from a savepoint of an export.
 */
@Tag("long")
@Timeout(180)
class UnlistedScenariosIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JobCounters COUNTERS = new JobCounters();
  private static final Duration LONG = Duration.ofMinutes(1);

  @RegisterExtension static final MiniClusterExtension CLUSTER = COUNTERS.cluster();

  @TempDir private Path folder;

  private static ChromaServer server;
  private static ChromaReader chroma;
  private static Runs runs;

  private final String image = UUID.randomUUID().toString();
  private final List<TableItem> items = new ArrayList<>();

  /** How a job comes to know a table that is older than it. */
  enum Way {
    SCAN,
    FIRST_TOUCH,
    REQUEST,
    /** Runs are not loaded, so the records are in Chroma before. */
    EXPORT
  }

  @BeforeAll
  static void start() {
    server = ChromaServer.startEmpty();
    chroma = new ChromaReader(server.url());
    runs = Runs.start();
    runs.bucket().createBucket("exports");
  }

  @AfterAll
  static void stop() {
    server.close();
    runs.close();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void c12ALabelOfAWordThatIsNotListedDoesNotCountInItsRow(
      Way way, @InjectMiniCluster MiniCluster cluster) throws Exception {
    has(line(2), word(2, 1), word(2, 2), label(2, 1, "TAX"));
    Run run = runOfToday().word(2, 1).word(2, 2).row(2);

    read(way, run, word(2, 1), label(2, 2, "DATE"), id(2, 2), cluster);

    assertThat(ids(WORDS)).containsExactly(id(2, 2));
    assertThat(ids(LINES)).containsExactly(row(2));
    assertThat(labels(row(2))).containsExactly("label_DATE");
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void c13ALineThatIsNotListedLeavesItsRowAndTakesItsWords(
      Way way, @InjectMiniCluster MiniCluster cluster) throws Exception {
    has(line(7), line(8), word(7, 2), word(8, 1), word(8, 2), label(8, 1, "TAX"));
    has(Items.row(image, 1, 7, 8));
    Run run = runOfToday().word(7, 2).word(8, 1).word(8, 2).row(7, 8);

    read(way, run, line(8), label(7, 2, "DATE"), id(7, 2), cluster);

    assertThat(ids(WORDS)).containsExactly(id(7, 2));
    assertThat(ids(LINES)).containsExactly(row(7));
    assertThat(labels(row(7))).containsExactly("label_DATE");
    assertThat(record(LINES, row(7)).metadata()).containsEntry("row_line_ids", "[7]");
  }

  /** A run that is younger than removals are remembered; an older one is too late. */
  private Run runOfToday() {
    Run run = new Run(image, 1, 1);
    return run.described(
        run.item().text("created_at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
  }

  private void has(TableItem... more) {
    items.addAll(List.of(more));
  }

  /**
   * The item is removed before the stream begins, and the label put while the job runs; returns
   * when both have had their effect: the label is shown, and one word is left.
   */
  private void read(
      Way way, Run run, TableItem removed, TableItem label, String left, MiniCluster cluster)
      throws Exception {
    runs.stream(false);
    has(Items.image(image), Items.receipt(image, 1));
    runs.put(items);
    runs.produce(run);
    runs.remove(removed);
    items.removeIf(each -> each.key().equals(removed.key()));
    if (way == Way.EXPORT) {
      hold(run);
    }
    runs.stream(true);
    ClusterRun job =
        ClusterRun.start(
            cluster,
            COUNTERS,
            null,
            Duration.ofSeconds(1),
            env -> WholeJob.build(env, properties(way)));
    try {
      if (way == Way.REQUEST) {
        request();
      }
      runs.put(List.of(label));
      boolean isWhole = way == Way.SCAN || way == Way.EXPORT;
      job.await(() -> job.count(isWhole ? "tables_read" : "snapshots_merged") > 0);
      String shown = "label_" + label.sortKey().split("#LABEL#", 2)[1];
      await()
          .atMost(LONG)
          .ignoreExceptions()
          .until(() -> ids(LINES).stream().anyMatch(row -> labels(row).contains(shown)));
      if (way != Way.EXPORT) {
        await().atMost(LONG).until(() -> "COMPLETED".equals(runs.state(run, WORDS)));
        await().atMost(LONG).until(() -> "COMPLETED".equals(runs.state(run, LINES)));
      }
      // A stopped job keeps in its savepoint what it has not written.
      await().atMost(LONG).untilAsserted(() -> assertThat(ids(WORDS)).containsExactly(left));
    } finally {
      job.stop(folder.resolve("savepoints").toUri().toString());
    }
  }

  /** As who repairs an image asks for it. */
  private void request() {
    assertThat(
            RequestSnapshot.commandLine(Clock.systemUTC())
                .execute("--to", requests().toUri().toString(), "--partition", image))
        .isZero();
  }

  private Path requests() {
    return folder.resolve("requests");
  }

  private Map<String, Map<String, String>> properties(Way way) {
    Map<String, String> snapshot = new HashMap<>(Map.of("requests-uri", requests().toUri() + ""));
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    switch (way) {
      case SCAN -> snapshot.put("mode", "scan");
      case FIRST_TOUCH -> snapshot.put("mode", "first-touch");
      case REQUEST -> {}
      case EXPORT -> {
        snapshot.put("mode", "export");
        snapshot.put("export-uri", export(now));
        snapshot.put("export-endpoint", runs.bucket().endpoint().toString());
      }
    }
    Map<String, Map<String, String>> all = new TreeMap<>();
    all.put(
        "source",
        Map.of(
            "table",
            Runs.TABLE,
            "aws.region",
            RunEnds.REGION,
            "aws.endpoint",
            runs.table().toString(),
            "start",
            "latest"));
    all.put("snapshot", snapshot);
    all.put("chroma", Map.of("url", server.url().toString()));
    all.put(
        "delta",
        Map.of(
            "bucket",
            RunEnds.BUCKET,
            "aws.endpoint",
            runs.bucket().endpoint().toString(),
            "dimension",
            "" + Runs.DIMENSION));
    all.put(
        "runs",
        Map.of(
            "table",
            Runs.TABLE,
            "aws.region",
            RunEnds.REGION,
            "aws.endpoint",
            runs.table().toString()));
    all.put("dead-letters", Map.of("uri", folder.resolve("letters").toUri().toString()));
    return all;
  }

  /** The items in two files, of which neither has all of a line. */
  private String export(Instant time) {
    List<TableItem> even = new ArrayList<>();
    List<TableItem> odd = new ArrayList<>();
    for (int item = 0; item < items.size(); item++) {
      (item % 2 == 0 ? even : odd).add(items.get(item));
    }
    TableExport export =
        TableExport.full(Runs.TABLE, image + "/", "0001", time).file(even).file(odd);
    export.objects().forEach((key, content) -> runs.bucket().put("exports", key, content));
    return "s3://exports/" + export.folder();
  }

  /** Chroma shows what the run brought, as if nothing had been removed since. */
  private void hold(Run run) {
    for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
      ObjectNode body = JSON.createObjectNode();
      for (Embedding embedding : run.embeddings(collection)) {
        body.withArray("ids").add(embedding.record().id());
        body.withArray("embeddings").addArray().add(0.6).add(0.8);
        body.withArray("documents").add(embedding.document());
        ObjectNode metadata = body.withArray("metadatas").addObject();
        metadata.put("image_id", image).put("receipt_id", 1);
        metadata.put("line_id", ReceiptKeys.lineOf(embedding.record().entity()));
        metadata.put("row_line_ids", "[7, 8]").put("label_TAX", true);
        if (collection.equals(WORDS)) {
          metadata.put("word_id", ReceiptKeys.wordOf(embedding.record().entity()));
        }
      }
      String name = Runs.name(collection);
      if (!chroma.collections().contains(name)) {
        chroma.post(COLLECTIONS, JSON.createObjectNode().put("name", name).toString());
      }
      chroma.post(COLLECTIONS + "/" + chroma.id(name) + "/upsert", body.toString());
    }
  }

  private static final String COLLECTIONS =
      "/api/v2/tenants/default_tenant/databases/default_database/collections";

  private List<String> ids(CollectionName collection) {
    return chroma.ids(Runs.name(collection)).stream()
        .filter(id -> id.startsWith("IMAGE#" + image))
        .toList();
  }

  private Stored record(CollectionName collection, String id) {
    return chroma.records(Runs.name(collection)).get(id);
  }

  private List<String> labels(String row) {
    return record(LINES, row).metadata().entrySet().stream()
        .filter(each -> each.getKey().startsWith("label_") && each.getValue().equals(true))
        .map(Map.Entry::getKey)
        .toList();
  }

  private String row(int line) {
    return ReceiptTree.row(image, 1, line).id();
  }

  private String id(int line, int word) {
    return ReceiptTree.word(image, 1, line, word).id();
  }

  private TableItem line(int line) {
    return Items.line(image, 1, line, "print");
  }

  private TableItem word(int line, int word) {
    return Items.word(image, 1, line, word, "print");
  }

  private TableItem label(int line, int word, String name) {
    return Items.label(image, 1, line, word, name).status(VALID);
  }
}
