package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.local.servers.DynamoDbLocal;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.source.dynamodb.DynamoDbStream;
import io.chromasync.testing.TestCredentials;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.CloseableIterator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The source, made as main makes it, on AWS's own DynamoDB Local. */
@Timeout(120)
@SuppressWarnings("try") // CloseableIterator.close() may be interrupted, which javac frowns on.
class DynamoDbLocalSourceIT {

  private static final Duration ENOUGH = Duration.ofSeconds(60);

  /** The values that a started job read, in order. */
  private static final List<String> SEEN = new CopyOnWriteArrayList<>();

  private static DynamoDbLocal dynamoDb;

  @TempDir private Path savepoints;

  @BeforeAll
  static void start() {
    TestCredentials.use();
    dynamoDb = DynamoDbLocal.start();
  }

  @AfterAll
  static void stop() {
    dynamoDb.close();
  }

  @Test
  void everyKindOfChangeArrivesInOrderWithItsItems() throws Exception {
    // Given
    dynamoDb.createTable("Receipts");
    put("Receipts", "1");
    put("Receipts", "2");
    dynamoDb.client().deleteItem(request -> request.tableName("Receipts").key(key())).join();

    // When
    List<ItemChange> changes = read("Receipts", "trim-horizon", 3);

    // Then
    assertThat(changes)
        .extracting(ItemChange::operation)
        .containsExactly(Operation.INSERT, Operation.MODIFY, Operation.REMOVE);
    assertThat(changes).extracting(ItemChange::partitionKey).containsOnly("IMAGE#1");
    assertThat(changes).extracting(ItemChange::sortKey).containsOnly("RECEIPT#1");
    assertThat(changes.get(0).newItem()).contains("\"value\":{\"N\":\"1\"}");
    assertThat(changes.get(0).oldItem()).isNull();
    assertThat(changes.get(1).newItem()).contains("\"value\":{\"N\":\"2\"}");
    assertThat(changes.get(1).oldItem()).contains("\"value\":{\"N\":\"1\"}");
    assertThat(changes.get(2).newItem()).isNull();
    assertThat(changes.get(2).oldItem()).contains("\"value\":{\"N\":\"2\"}");
    assertThat(changes).extracting(ItemChange::version).isSorted();
    assertThat(changes.get(0).origin()).matches("table/Receipts/stream/.+/shardId-.+");
  }

  @Test
  void aStartInThePastDeliversWhatCameSince() throws Exception {
    // Given
    dynamoDb.createTable("Starts");
    put("Starts", "1");

    // When
    List<ItemChange> changes = read("Starts", Instant.now().minusSeconds(120).toString(), 1);

    // Then
    assertThat(changes).hasSize(1);
  }

  @Test
  void latestDeliversWhatComesAfterTheStart() throws Exception {
    // Given
    dynamoDb.createTable("Latest");
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2);
    try (CloseableIterator<ItemChange> changes = collect(env, source("Latest", "latest"))) {
      CompletableFuture<ItemChange> first = CompletableFuture.supplyAsync(changes::next);

      // When
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                put("Latest", "1");
                put("Latest", "2");
                return first.isDone();
              });

      // Then
      assertThat(first.join().partitionKey()).isEqualTo("IMAGE#1");
    }
  }

  @Test
  void aTableWhoseStreamWasSwitchedOffAndOnIsReadOnFromASavepointOfTheOldStream() throws Exception {
    // Given: a savepoint, and changes after it that only the old stream has
    String old = dynamoDb.createTable("Switched");
    put("Switched", "1");
    JobClient job = start(quick("Switched", "fail"), null);
    Awaitility.await().atMost(ENOUGH).until(() -> SEEN.contains("1"));
    String savepoint =
        job.stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL).get();
    put("Switched", "2");

    // When: "3" is written while there is no stream
    dynamoDb.switchStream("Switched", false);
    put("Switched", "3");
    dynamoDb.switchStream("Switched", true);
    put("Switched", "4");

    // Then
    JobClient failed = start(quick("Switched", "fail"), savepoint);
    assertThat(failed.getJobExecutionResult())
        .failsWithin(ENOUGH)
        .withThrowableThat()
        .havingRootCause()
        .withMessageContaining("The state is of stream " + old)
        .withMessageContaining("set 'source.on-gap' to skip");

    JobClient skipping = start(quick("Switched", "skip"), savepoint);
    Awaitility.await().atMost(ENOUGH).until(() -> SEEN.contains("4"));
    assertThat(SEEN).containsExactly("1", "2", "4");
    skipping.cancel().get();
  }

  private static List<ItemChange> read(String table, String start, int changes) throws Exception {
    return take(source(table, start), changes);
  }

  private static List<ItemChange> take(Source<ItemChange, ?, ?> source, int changes)
      throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2);
    List<ItemChange> taken = new ArrayList<>();
    try (CloseableIterator<ItemChange> iterator = collect(env, source)) {
      while (taken.size() < changes) {
        taken.add(iterator.next());
      }
    }
    return taken;
  }

  private static CloseableIterator<ItemChange> collect(
      StreamExecutionEnvironment env, Source<ItemChange, ?, ?> source) throws Exception {
    return env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes")
        .uid("changes")
        .executeAndCollect();
  }

  private static Source<ItemChange, ?, ?> source(String table, String start) {
    return ItemChanges.from(settings(table, start, "fail"), ItemFilter.ALL);
  }

  /** The source as main makes it, but for a clock so quick that a minute is half a second. */
  private static Source<ItemChange, ?, ?> quick(String table, String onGap) {
    SourceSettings settings = settings(table, "trim-horizon", onGap);
    return new ItemChanges(
        StreamLookup.find(settings),
        settings.reading(),
        new ItemChanges.Pacing(
            new DynamoDbStream.Factory(settings.access(), ItemFilter.ALL),
            PollIntervals.STANDARD,
            QuickClock.fromNow()));
  }

  private static JobClient start(Source<ItemChange, ?, ?> source, String savepoint)
      throws Exception {
    Configuration configuration = new Configuration();
    if (savepoint != null) {
      configuration.setString("execution.state-recovery.path", savepoint);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
    env.enableCheckpointing(100);
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes")
        .uid("changes")
        .map(DynamoDbLocalSourceIT::see)
        .uid("see")
        .sinkTo(new DiscardingSink<>())
        .uid("nowhere");
    return env.executeAsync();
  }

  /** Operators live in this JVM. */
  private static String see(ItemChange change) {
    String value = change.newItem().replaceFirst(".*\"value\":\\{\"N\":\"(\\d+)\"}.*", "$1");
    SEEN.add(value);
    return value;
  }

  private static SourceSettings settings(String table, String start, String onGap) {
    ApplicationProperties properties =
        new ApplicationProperties(
            Map.of(
                "source",
                Map.of(
                    "table",
                    table,
                    "start",
                    start,
                    "on-gap",
                    onGap,
                    "aws.region",
                    TestCredentials.REGION,
                    "aws.endpoint",
                    dynamoDb.endpoint().toString())));
    SourceSettings settings = SourceSettings.from(properties.group("source"));
    properties.check();
    return settings;
  }

  private static void put(String table, String value) {
    Map<String, AttributeValue> item = new HashMap<>(key());
    item.put("value", AttributeValue.fromN(value));
    dynamoDb.client().putItem(request -> request.tableName(table).item(item)).join();
  }

  private static Map<String, AttributeValue> key() {
    return Map.of("PK", AttributeValue.fromS("IMAGE#1"), "SK", AttributeValue.fromS("RECEIPT#1"));
  }
}
