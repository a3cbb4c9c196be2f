package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.servers.DynamoDbLocal;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.SnapshotPart.Kind;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.testing.Items;
import io.chromasync.testing.RefusingProxy;
import io.chromasync.testing.TableItem;
import io.chromasync.testing.TestCredentials;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Scans of AWS's own DynamoDB Local. */
@Timeout(180)
class ScanIT {

  @RegisterExtension static final MiniClusterExtension CLUSTER = SnapshotRun.cluster();

  private static final int IMAGES = 30;
  private static final int LARGE = 40;

  private static DynamoDbLocal dynamoDb;
  private static RefusingProxy proxy;

  /** Sort keys by image. */
  private static final Map<String, Set<String>> EXPECTED = new HashMap<>();

  @TempDir private Path savepoints;

  @BeforeAll
  static void fill() {
    TestCredentials.use();
    dynamoDb = DynamoDbLocal.start();
    proxy = RefusingProxy.start(dynamoDb.endpoint());
    dynamoDb.createTable("Empty");
    dynamoDb.createTable("Receipts");
    for (int i = 0; i < IMAGES; i++) {
      put(Items.image("image" + i));
      put(Items.receipt("image" + i, 1));
    }
    // More than a page of 1 MB, of which what mapping does not read is the most.
    for (int word = 1; word <= LARGE; word++) {
      put(Items.word("large", 1, 1, word, "word").text("unread", "x".repeat(100_000)));
    }
    dynamoDb
        .client()
        .putItem(
            request ->
                request
                    .tableName("Receipts")
                    .item(
                        Map.of(
                            "PK", AttributeValue.fromS("BATCH#1"),
                            "SK", AttributeValue.fromS("STATUS"))))
        .join();
  }

  @AfterAll
  static void stop() {
    proxy.close();
    dynamoDb.close();
  }

  @Test
  void everyImageIsToldWholeAndOnceThenTheEndHoweverManySegments() throws Exception {
    for (String segments : List.of("1", "20")) {
      Instant before = Instant.now();
      List<SnapshotPart> parts = SnapshotRun.toEnd(scan("Receipts", Map.of("segments", segments)));

      assertWhole(parts);
      assertThat(parts.get(parts.size() - 1).completedAsOf().micros())
          .isBetween(micros(before.minusSeconds(62)), micros(before));
      List<TableSnapshot> said = SnapshotRun.items(parts);
      assertThat(said)
          .allSatisfy(
              snapshot ->
                  assertThat(snapshot.asOf().micros())
                      .isBetween(micros(before.minusSeconds(62)), micros(before)));
      assertThat(said).allMatch(snapshot -> snapshot.asOf().sequence().isEmpty());
      assertThat(said).noneMatch(TableSnapshot::repair);
    }
  }

  @Test
  void noMoreIsReadThanMappingLooksAt() throws Exception {
    List<SnapshotPart> said = SnapshotRun.toEnd(scan("Receipts", Map.of()));

    assertThat(SnapshotRun.items(said))
        .flatExtracting(TableSnapshot::items)
        .allSatisfy(item -> assertThat(item).doesNotContain("\"unread\"").contains("\"TYPE\""));
  }

  @Test
  void anEmptyTableHasOnlyItsEnd() throws Exception {
    List<SnapshotPart> said = SnapshotRun.toEnd(scan("Empty", Map.of()));

    assertThat(said).extracting(SnapshotPart::kind).containsExactly(Kind.END);
  }

  @Test
  void throttlingIsBorneForEverAndBrokenServersForAWhile() throws Exception {
    proxy.throttle(100);
    proxy.fail(5);

    assertWhole(SnapshotRun.toEnd(scan("Receipts", Map.of())));
    assertThat(proxy.left()).isZero();
  }

  @Test
  void aServerThatStaysBrokenFailsTheJobAndTheEndIsNotTold() throws Exception {
    proxy.fail(100_000);
    try {
      JobClient job = SnapshotRun.start(scan("Receipts", Map.of()), true, null);

      assertThat(job.getJobExecutionResult())
          .failsWithin(SnapshotRun.ENOUGH)
          .withThrowableThat()
          .havingCause()
          .satisfies(
              error -> assertThat(messages(error)).contains("of table Receipts cannot be read"));
      assertThat(SnapshotRun.SAID).isEmpty();
    } finally {
      proxy.close();
      proxy = RefusingProxy.start(dynamoDb.endpoint());
    }
  }

  @Test
  void aTableThatIsNotThereIsNamed() throws Exception {
    JobClient job = SnapshotRun.start(scan("Missing", Map.of()), true, null);

    assertThat(job.getJobExecutionResult())
        .failsWithin(SnapshotRun.ENOUGH)
        .withThrowableThat()
        .havingCause()
        .satisfies(
            error ->
                assertThat(messages(error))
                    .contains("of table Missing cannot be read", "check 'snapshot.table'"));
  }

  @Test
  void aRateLimitAsksForSmallPages() throws Exception {
    int before = proxy.requests();
    assertWhole(SnapshotRun.toEnd(scan("Receipts", Map.of("segments", "1"))));
    int unlimited = proxy.requests() - before;

    assertWhole(SnapshotRun.toEnd(scan("Receipts", Map.of("segments", "1", "rate-limit", "100"))));
    assertThat(proxy.requests() - before - unlimited).isGreaterThan(unlimited);
  }

  @Test
  void aNameIsReadOnceAndAnotherAnew() throws Exception {
    String savepoint = SnapshotRun.savepointAfterEnd(scan("Receipts", Map.of()), savepoints);

    assertThat(SnapshotRun.toEnd(scan("Receipts", Map.of()), savepoint)).isEmpty();
    assertThat(SnapshotRun.toEnd(scan("Receipts", Map.of("mode", "none")), savepoint)).isEmpty();
    assertWhole(SnapshotRun.toEnd(scan("Receipts", Map.of("name", "2")), savepoint));
  }

  @Test
  void whereNothingIsReadTheSourceSaysNothing() throws Exception {
    assertThat(SnapshotRun.toEnd(scan("Missing", Map.of("mode", "none")))).isEmpty();
    assertThat(SnapshotRun.toEnd(scan("Missing", Map.of("mode", "first-touch")))).isEmpty();
  }

  private static void assertWhole(List<SnapshotPart> said) {
    Map<String, Set<String>> found = new HashMap<>();
    for (TableSnapshot snapshot : SnapshotRun.items(said.subList(0, said.size() - 1))) {
      assertThat(snapshot.extent()).isEqualTo(Extent.PARTITION);
      Set<String> keys = new HashSet<>();
      snapshot
          .items()
          .forEach(item -> keys.add(item.replaceFirst(".*\"SK\":\\{\"S\":\"([^\"]+)\".*", "$1")));
      assertThat(found.put(snapshot.partition(), keys)).as("told once").isNull();
    }
    assertThat(found).isEqualTo(EXPECTED);
    assertThat(said.get(said.size() - 1).kind()).isEqualTo(Kind.END);
  }

  private static SnapshotSettings scan(String table, Map<String, String> more) {
    Map<String, String> values = new HashMap<>(Map.of("mode", "scan"));
    values.putAll(more);
    return SnapshotRun.settings(SnapshotRun.at(proxy.url()), table, values);
  }

  private static String messages(Throwable error) {
    StringBuilder all = new StringBuilder();
    for (Throwable each = error; each != null; each = each.getCause()) {
      all.append(each.getMessage()).append('\n');
    }
    return all.toString();
  }

  private static long micros(Instant time) {
    return time.toEpochMilli() * 1000;
  }

  private static void put(TableItem item) {
    dynamoDb
        .client()
        .putItem(request -> request.tableName("Receipts").item(item.attributes()))
        .join();
    EXPECTED
        .computeIfAbsent(item.partitionKey().replaceFirst("IMAGE#", ""), image -> new HashSet<>())
        .add(item.sortKey());
  }
}
