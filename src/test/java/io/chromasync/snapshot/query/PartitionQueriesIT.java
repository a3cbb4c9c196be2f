package io.chromasync.snapshot.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.local.servers.DynamoDbLocal;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.receipts.Receipts;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.snapshot.SnapshotRun;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.testing.Items;
import io.chromasync.testing.RefusingProxy;
import io.chromasync.testing.TableItem;
import io.chromasync.testing.TestCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Partitions of single images, read from AWS's own DynamoDB Local. */
@Timeout(120)
@SuppressWarnings("try") // CloseableIterator.close() may be interrupted, which javac frowns on.
class PartitionQueriesIT {

  @RegisterExtension static final MiniClusterExtension CLUSTER = SnapshotRun.cluster();

  private static final int LARGE = 30;

  private static DynamoDbLocal dynamoDb;
  private static RefusingProxy proxy;

  @BeforeAll
  static void fill() {
    TestCredentials.use();
    dynamoDb = DynamoDbLocal.start();
    proxy = RefusingProxy.start(dynamoDb.endpoint());
    dynamoDb.createTable("Receipts");
    put(Items.image("small"));
    put(Items.receipt("small", 1));
    put(Items.image("small2"));
    for (int word = 1; word <= LARGE; word++) {
      put(Items.word("large", 1, 1, word, "word").text("unread", "x".repeat(100_000)));
    }
  }

  @AfterAll
  static void stop() {
    proxy.close();
    dynamoDb.close();
  }

  @Test
  void eachImageIsReadWholeOverAsManyPagesAsItTakes() throws Exception {
    Instant before = Instant.now();
    List<TableSnapshot> read =
        query(
            "15 min",
            new SnapshotRequest("small", false),
            new SnapshotRequest("large", true),
            new SnapshotRequest("unknown", true));

    assertThat(read).extracting(TableSnapshot::extent).containsOnly(Extent.PARTITION);
    assertThat(of("small", read).items()).hasSize(2);
    assertThat(of("small", read).repair()).isFalse();
    assertThat(of("large", read).items()).hasSize(LARGE).noneMatch(i -> i.contains("unread"));
    assertThat(of("large", read).repair()).isTrue();
    assertThat(of("unknown", read).items()).isEmpty();
    assertThat(read)
        .allSatisfy(
            snapshot ->
                assertThat(snapshot.asOf().micros())
                    .isBetween(
                        before.minusSeconds(62).toEpochMilli() * 1000,
                        before.toEpochMilli() * 1000));
  }

  @Test
  void whatIsRefusedForAWhileIsReadAllTheSame() throws Exception {
    proxy.throttle(20);
    proxy.fail(20);

    assertThat(of("large", query("15 min", new SnapshotRequest("large", true))).items())
        .hasSize(LARGE);
    assertThat(proxy.left()).isZero();
  }

  @Test
  void aBudgetThatIsSpentFailsTheJobAndNamesTheImage() {
    proxy.fail(1);

    assertThatThrownBy(() -> query("0 s", new SnapshotRequest("small", true)))
        .hasStackTraceContaining("Partition small in table Receipts cannot be read")
        .hasStackTraceContaining("'snapshot.retry-budget'");
  }

  private static TableSnapshot of(String image, List<TableSnapshot> read) {
    return read.stream()
        .filter(snapshot -> snapshot.partition().equals(image))
        .findFirst()
        .orElseThrow();
  }

  private static List<TableSnapshot> query(String budget, SnapshotRequest... requests)
      throws Exception {
    Configuration configuration = new Configuration().set(PipelineOptions.GENERIC_TYPES, false);
    configuration.setString("restart-strategy.type", "none");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(2);
    SnapshotSettings settings =
        SnapshotRun.settings(
            SnapshotRun.at(proxy.url()), "Receipts", Map.of("retry-budget", budget));
    PartitionQueries queries =
        new PartitionQueries(
            settings,
            new Receipts(),
            RetryPolicy.between(Duration.ofMillis(1), Duration.ofMillis(5)).atMost(3));
    List<TableSnapshot> read = new ArrayList<>();
    try (CloseableIterator<SnapshotPart> parts =
        PartitionQueries.query(env.fromData(requests).uid("requests"), queries)
            .executeAndCollect()) {
      parts.forEachRemaining(part -> read.add(part.items()));
    }
    return read;
  }

  private static void put(TableItem item) {
    dynamoDb
        .client()
        .putItem(request -> request.tableName("Receipts").item(item.attributes()))
        .join();
  }
}
