package io.chromasync.notes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chromasync.ClusterRun;
import io.chromasync.JobCounters;
import io.chromasync.WholeJob;
import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.Preflight;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.local.servers.DynamoDbLocal;
import io.chromasync.testing.ChromaModel.Stored;
import io.chromasync.testing.ChromaReader;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole job, as its main builds it, with another domain: from a real DynamoDB with its stream
 * to a real Chroma. After each step, every record of Chroma is compared with the table.
 */
@Timeout(300)
class NotesIT {

  private static final JobCounters COUNTERS = new JobCounters();

  @RegisterExtension static final MiniClusterExtension CLUSTER = COUNTERS.cluster();

  private static DynamoDbLocal dynamoDb;

  @TempDir private Path folder;

  private MiniCluster cluster;
  private ChromaServer chroma;
  private NoteTable table;
  private ClusterRun job;
  private long listed;
  private boolean arrays;

  @BeforeAll
  static void startDynamoDb() {
    TestCredentials.use();
    dynamoDb = DynamoDbLocal.start();
  }

  @AfterAll
  static void stopDynamoDb() {
    dynamoDb.close();
  }

  @BeforeEach
  void startChroma(@InjectMiniCluster MiniCluster running) {
    cluster = running;
    chroma = ChromaServer.startEmpty();
    ApplicationProperties properties =
        new ApplicationProperties(Map.of("chroma", Map.of("url", chroma.url().toString())));
    arrays =
        Preflight.run(ChromaSettings.from(properties.group("chroma"), new NoteTree())).arrays();
  }

  @AfterEach
  void stopAll() throws Exception {
    job.cancel();
    chroma.close();
  }

  @Test
  void everyRecordFollowsTheStream() throws Exception {
    table = new NoteTable(dynamoDb, "Stream");
    start(null, Map.of());

    table.putOwner("ada");
    table.putNote("ada", "eggs", "buy eggs", 1, 0, 0);
    table.putTitled("ada", "50%/a b", "A title", "half", 0, 1, 0);
    table.putTag("ada", "eggs", "shop");
    table.putTag("ada", "eggs", "food");
    table.putOwner("bob");
    table.putNote("bob", "eggs", "sell eggs", 0, 0, 1);
    agrees();

    table.putNote("ada", "eggs", "buy eggs", 1, 0.5f, 0.25f);
    table.putTitled("ada", "50%/a b", "Another title", "half", 0, 1, 0);
    table.putTag("ada", "50%/a b", "odd");
    table.deleteTag("ada", "eggs", "food");
    agrees();

    table.putNote("ada", "50%/a b", "no title, another text", 3, 2, 1);
    table.putTag("ada", "later", "early");
    agrees();

    table.putNote("ada", "later", "its tag came first", 2, 2, 2);
    table.deleteNote("ada", "eggs");
    agrees();

    table.putNote("ada", "eggs", "buy more eggs", 9, 0, 0);
    table.deleteNote("bob", "eggs");
    table.putNote("bob", "eggs", "sell eggs", 0, 0, 1);
    agrees();

    table.deleteOwner("ada");
    table.deleteNote("ada", "eggs");
    table.deleteNote("ada", "later");
    table.deleteNote("ada", "50%/a b");
    agrees();

    table.putOwner("ada");
    table.putNote("ada", "eggs", "from the start", 4, 5, 6);
    agrees();
    assertThat(job.count("deletes_by_filter_written")).isPositive();
    stop();
  }

  @Test
  void aJobResumesFromItsSavepoint() throws Exception {
    table = new NoteTable(dynamoDb, "Restart");
    start(null, Map.of());
    table.putOwner("ada");
    table.putNote("ada", "eggs", "buy eggs", 1, 0, 0);
    table.putNote("ada", "milk", "buy milk", 0, 1, 0);
    table.putTag("ada", "eggs", "food");
    agrees();
    Path savepoint = stop();

    table.putNote("ada", "eggs", "while it is stopped", 0, 0, 1);
    table.putTag("ada", "eggs", "shop");
    table.deleteTag("ada", "eggs", "food");
    table.deleteNote("ada", "milk");
    table.putNote("ada", "salt", "buy salt", 7, 7, 7);
    start(savepoint, Map.of());
    agrees();

    table.putNote("ada", "milk", "again", 0, 3, 0);
    table.putTag("ada", "salt", "food");
    table.putNote("ada", "eggs", "while it runs", 0, 0, 2);
    agrees();
    stop();
  }

  @Test
  void aRequestedPartitionIsMadeAsTheTableIs() throws Exception {
    table = new NoteTable(dynamoDb, "Requested");
    start(null, Map.of("margin", "0 s"));
    table.putOwner("ada");
    table.putNote("ada", "eggs", "buy eggs", 1, 0, 0);
    table.putTag("ada", "eggs", "food");
    table.putOwner("bob");
    table.putNote("bob", "eggs", "sell eggs", 0, 0, 1);
    agrees();

    table.deleteOwner("ada");
    agrees();
    table.putOwner("ada");
    job.awaitRead(table.changes());
    addToChroma("OWNER#ada#NOTE#unknown", "ada", "unknown");
    addToChroma("OWNER#bob#NOTE#unknown", "bob", "unknown");
    removeFromChroma("OWNER#bob#NOTE#eggs");
    request("ada");
    request("bob");
    agrees();
    stop();
  }

  @Test
  void aScanShowsTheTable() throws Exception {
    table = new NoteTable(dynamoDb, "Scanned");
    table.putOwner("ada");
    table.putNote("ada", "eggs", "buy eggs", 1, 0, 0);
    table.putTitled("ada", "milk", "Dairy", "buy milk", 0, 1, 0);
    table.putTag("ada", "eggs", "food");
    table.putTag("ada", "eggs", "shop");
    table.restartStream();
    listed = table.items("ada");
    start(null, Map.of("mode", "scan"));
    agrees();

    table.deleteTag("ada", "eggs", "food");
    table.putNote("ada", "eggs", "buy eggs", 1, 1, 1);
    table.deleteNote("ada", "milk");
    agrees();
    stop();
  }

  @Test
  void aFirstTouchShowsTheWholePartition() throws Exception {
    table = new NoteTable(dynamoDb, "Touched");
    table.putOwner("ada");
    table.putNote("ada", "eggs", "buy eggs", 1, 0, 0);
    table.putTag("ada", "eggs", "food");
    table.restartStream();
    start(null, Map.of("mode", "first-touch"));
    table.putTag("ada", "eggs", "shop");
    listed = table.items("ada");
    agrees();
    stop();
  }

  /** Compares all records with the table, once the job has read all changes. */
  private void agrees() {
    job.awaitRead(table.changes() + listed);
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreException(IllegalStateException.class)
        .untilAsserted(() -> assertThat(records()).isEqualTo(expected()));
  }

  private SortedMap<String, Stored> records() {
    return new ChromaReader(chroma.url()).records("notes");
  }

  private SortedMap<String, Stored> expected() {
    return table.expected(arrays);
  }

  private void start(Path savepoint, Map<String, String> snapshot) throws Exception {
    job =
        ClusterRun.start(
            cluster,
            COUNTERS,
            savepoint,
            Duration.ofSeconds(1),
            env -> WholeJob.build(env, new Notes(), properties(snapshot)));
  }

  /** Stops the job, whose window is flushed before. */
  private Path stop() throws Exception {
    Path savepoint = job.stop(folder.resolve("savepoints").toUri().toString());
    assertThat(records()).isEqualTo(expected());
    return savepoint;
  }

  private Map<String, Map<String, String>> properties(Map<String, String> snapshot) {
    Map<String, Map<String, String>> all = new HashMap<>();
    all.put(
        "source",
        Map.of(
            "table", table.name(),
            "start", "trim-horizon",
            "aws.endpoint", dynamoDb.endpoint().toString()));
    all.put("snapshot", snapshot);
    all.put("chroma", Map.of("url", chroma.url().toString(), "settle", "100 ms"));
    all.put("runs", Map.of("table", ""));
    all.put("dead-letters", Map.of("uri", folder.resolve("letters").toUri().toString()));
    return all;
  }

  /** Requests a snapshot of a partition, which must be newer than every change so far. */
  private void request(String owner) throws IOException, InterruptedException {
    Thread.sleep(1_100);
    listed += table.items(owner);
    Path requests = Files.createDirectories(folder.resolve("letters-snapshot"));
    Path hidden = Files.writeString(requests.resolve("." + owner), owner + "\n");
    Files.move(hidden, requests.resolve(owner));
  }

  private void addToChroma(String id, String owner, String note) {
    write(
        "upsert",
        """
        {"ids": ["%s"], "embeddings": [[1, 1, 1]], "documents": ["unknown"],
         "metadatas": [{"owner_id": "%s", "note_id": "%s"}]}
        """
            .formatted(id, owner, note));
  }

  private void removeFromChroma(String id) {
    write("delete", "{\"ids\": [\"%s\"]}".formatted(id));
  }

  private void write(String verb, String body) {
    ChromaReader server = new ChromaReader(chroma.url());
    server.post(
        "/api/v2/tenants/default_tenant/databases/default_database/collections/%s/%s"
            .formatted(server.id("notes"), verb),
        body);
  }
}
