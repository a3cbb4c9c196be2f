package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.AwsAccess;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.source.kinesis.KinesisLookup;
import io.chromasync.source.kinesis.KinesisStream;
import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.Shard;
import io.chromasync.source.lineage.StreamResponse;
import io.chromasync.start.Unready;
import io.chromasync.testing.AwsRefusals;
import io.chromasync.testing.KinesisLocal;
import io.chromasync.testing.TestCredentials;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/** The source, made as main makes it, on a server that speaks Kinesis. */
@Tag("long")
@Timeout(180)
class KinesisSourceIT {

  private static final Duration ENOUGH = Duration.ofSeconds(60);

  /** The middle of all hash keys. */
  private static final String MIDDLE = "170141183460469231731687303715884105728";

  /** What the started jobs read, in order. */
  private static final List<ItemChange> SEEN = new CopyOnWriteArrayList<>();

  private static KinesisLocal kinesis;

  @TempDir private Path savepoints;

  @BeforeAll
  static void start() {
    TestCredentials.use();
    kinesis = KinesisLocal.start();
  }

  @AfterAll
  static void stop() {
    kinesis.close();
  }

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  @Test
  void everyChangeOfTheTableArrivesAndWhatIsNoRecordToo() throws Exception {
    // Given
    String stream = kinesis.createStream("changes", 2);
    put("changes", "1", record("Receipts", 1));
    put("changes", "2", record("Orders", 2));
    put("changes", "3", "no record");

    // When
    JobClient job = start(settings(stream, Map.of("table", "Receipts")), null);

    // Then
    Awaitility.await().atMost(ENOUGH).until(() -> SEEN.size() >= 2);
    assertThat(SEEN)
        .extracting(ItemChange::newItem)
        .containsExactlyInAnyOrder(
            "{\"PK\":{\"S\":\"IMAGE#1\"},\"value\":{\"N\":\"1\"}}", "no record");
    ItemChange change = SEEN.get(SEEN.get(0).operation() == null ? 1 : 0);
    assertThat(change.operation()).isEqualTo(Operation.MODIFY);
    assertThat(change.sortKey()).isEqualTo("RECEIPT#1");
    assertThat(change.origin()).matches("stream/changes/shardId-\\d+");
    job.cancel().get();
  }

  @Test
  void readingBeginsAtAMoment() throws Exception {
    // Given
    String arn = kinesis.createStream("moments", 1);
    put("moments", "1", record("Receipts", 1));
    Instant arrived = arrivals(arn, Position.EVERYTHING).get(0);
    Awaitility.await().until(() -> Instant.now().isAfter(arrived.plusMillis(50)));
    Instant between = Instant.now();
    put("moments", "1", record("Receipts", 2));

    // Then
    assertThat(arrivals(arn, Position.EVERYTHING)).hasSize(2);
    assertThat(arrivals(arn, between.toEpochMilli()))
        .singleElement()
        .satisfies(time -> assertThat(time).isAfter(arrived));
  }

  @Test
  void aListingHasAllItsPagesAndBothParentsOfAMergedShard() {
    // Given
    String arn = kinesis.createStream("pages", 4);
    kinesis.merge("pages", "shardId-000000000001", "shardId-000000000002");
    AwsAccess access = new AwsAccess(TestCredentials.REGION, kinesis.endpoint());

    // When
    StreamResponse answer;
    try (ShardStream stream =
        new KinesisStream.Factory(
                access, null, ItemFilter.ALL, Duration.ofHours(24), Instant.EPOCH, Duration.ZERO, 2)
            .open(arn)) {
      answer = stream.shards().join();
    }

    // Then
    StreamResponse.Shards listing = (StreamResponse.Shards) answer;
    assertThat(listing.shards()).hasSize(5);
    assertThat(listing.closed())
        .containsExactlyInAnyOrder("shardId-000000000001", "shardId-000000000002");
    assertThat(listing.live()).isTrue();
    assertThat(listing.shards())
        .contains(
            new Shard(
                "shardId-000000000004", List.of("shardId-000000000001", "shardId-000000000002")));
  }

  @Test
  void nothingIsLostOrReadTwiceWhileShardsAreSplitAndMerged() throws Exception {
    // Given
    String stream = kinesis.createStream("shards", 1);
    JobClient job = start(settings(stream, Map.of()), null);

    // When
    putMany("shards", 0, 50);
    kinesis.split("shards", "shardId-000000000000", MIDDLE);
    putMany("shards", 50, 100);
    kinesis.merge("shards", "shardId-000000000001", "shardId-000000000002");
    putMany("shards", 100, 150);

    // Then
    Awaitility.await().atMost(ENOUGH).until(() -> SEEN.size() >= 150);
    assertThat(values()).containsExactlyInAnyOrderElementsOf(numbers(0, 150));
    assertThat(SEEN).extracting(ItemChange::origin).contains("stream/shards/shardId-000000000003");
    job.cancel().get();
  }

  @Test
  void aJobGoesOnFromItsSavepointAcrossASplit() throws Exception {
    // Given
    String stream = kinesis.createStream("restarts", 1);
    putMany("restarts", 0, 20);
    JobClient job = start(settings(stream, Map.of()), null);
    Awaitility.await().atMost(ENOUGH).until(() -> SEEN.size() >= 20);
    String savepoint = stop(job);

    // When
    putMany("restarts", 20, 30);
    kinesis.split("restarts", "shardId-000000000000", MIDDLE);
    putMany("restarts", 30, 40);
    JobClient again = start(settings(stream, Map.of()), savepoint);

    // Then
    Awaitility.await().atMost(ENOUGH).until(() -> SEEN.size() >= 40);
    assertThat(values()).containsExactlyInAnyOrderElementsOf(numbers(0, 40));
    again.cancel().get();
  }

  @Test
  void aJobWithoutAStreamKeepsWhatAnotherHadReadOfOne() throws Exception {
    // Given
    String stream = kinesis.createStream("pauses", 2);
    putMany("pauses", 0, 10);
    JobClient job = start(settings(stream, Map.of()), null);
    Awaitility.await().atMost(ENOUGH).until(() -> SEEN.size() >= 10);
    String first = stop(job);
    putMany("pauses", 10, 20);

    // When
    JobClient without = start(none(), first);
    String second = stop(without);
    assertThat(SEEN).hasSize(10);

    // Then
    JobClient again = start(settings(stream, Map.of()), second);
    Awaitility.await().atMost(ENOUGH).until(() -> SEEN.size() >= 20);
    assertThat(values()).containsExactlyInAnyOrderElementsOf(numbers(0, 20));
    again.cancel().get();
  }

  @Test
  void refusedCallsAreMadeAgain() throws Exception {
    try (AwsRefusals refusals = AwsRefusals.before(kinesis.endpoint())) {
      // Given
      String stream = kinesis.createStream("refusals", 2);
      putMany("refusals", 0, 50);
      refusals.refuse("GetRecords", 2, "ProvisionedThroughputExceededException");
      refusals.refuse("ListShards", 2, "LimitExceededException");
      refusals.refuse("GetShardIterator", 2, "ProvisionedThroughputExceededException");

      // When
      JobClient job =
          start(settings(stream, Map.of("aws.endpoint", refusals.url().toString())), null);
      Awaitility.await().atMost(ENOUGH).until(() -> SEEN.size() >= 50);
      refusals.refuse("GetRecords", 3, "ExpiredIteratorException");
      putMany("refusals", 50, 100);

      // Then
      Awaitility.await().atMost(ENOUGH).until(() -> SEEN.size() >= 100);
      assertThat(values()).containsExactlyInAnyOrderElementsOf(numbers(0, 100));
      Awaitility.await().atMost(ENOUGH).until(() -> refusals.calls("GetRecords") >= 3);
      job.cancel().get();
    }
  }

  @Test
  void aStreamThatIsNotThereIsOneSentence() {
    String stream = "arn:aws:kinesis:eu-west-1:000000000000:stream/nowhere";

    assertThatThrownBy(() -> ItemChanges.from(settings(stream, Map.of()), ItemFilter.ALL))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "Property 'stream-arn' in group 'source' ('%s') must be a stream in region 'eu-west-1'"
                    .formatted(stream)
                + " at 'source.aws.endpoint' %s, but there is none".formatted(kinesis.endpoint()));
  }

  @Test
  void c11AServerThatIsNotThereYetIsOneSentence() {
    String stream = "arn:aws:kinesis:eu-west-1:000000000000:stream/nowhere";

    assertThatThrownBy(
            () ->
                ItemChanges.from(
                    settings(stream, Map.of("aws.endpoint", "http://127.0.0.1:1")), ItemFilter.ALL))
        .isInstanceOf(Unready.class)
        .hasMessageContaining("cannot be reached")
        .hasMessageContaining("check 'source.aws.region' and 'source.aws.endpoint'");
  }

  @Test
  void theStreamTellsHowLongItKeepsRecordsAndWhenItWasMade() {
    String stream = kinesis.createStream("kept", 1);
    kinesis
        .client()
        .increaseStreamRetentionPeriod(r -> r.streamName("kept").retentionPeriodHours(72))
        .join();

    ItemChanges.Found found = KinesisLookup.find(settings(stream, Map.of()), ItemFilter.ALL);

    assertThat(found.streams().made(stream))
        .isBetween(Instant.now().minusSeconds(120), Instant.now());
    try (ShardStream opened = found.streams().open(stream)) {
      assertThat(opened.limits().retention()).isEqualTo(Duration.ofDays(3));
      kinesis
          .client()
          .decreaseStreamRetentionPeriod(r -> r.streamName("kept").retentionPeriodHours(48))
          .join();
      assertThat(opened.shards().join()).isInstanceOf(StreamResponse.Shards.class);
      assertThat(opened.limits().retention()).isEqualTo(Duration.ofDays(2));
    }
  }

  /** When the records from a moment on came to the stream. */
  private static List<Instant> arrivals(String arn, long fromMillis) {
    KinesisStream.Factory streams =
        new KinesisStream.Factory(
            new AwsAccess(TestCredentials.REGION, kinesis.endpoint()),
            null,
            ItemFilter.ALL,
            Duration.ofHours(24),
            Instant.EPOCH);
    String shard = "shardId-000000000000";
    try (ShardStream stream = streams.open(arn)) {
      Position position = Position.start(fromMillis, Instant.EPOCH);
      StreamResponse iterator = stream.iterator(shard, position).join();
      StreamResponse page =
          stream.page(shard, ((StreamResponse.ShardIterator) iterator).value()).join();
      return ((StreamResponse.Page) page)
          .records().stream().map(record -> Instant.ofEpochMilli(record.createdMillis())).toList();
    }
  }

  private static JobClient start(SourceSettings settings, String savepoint) throws Exception {
    Source<ItemChange, ?, ?> source = ItemChanges.from(settings, ItemFilter.ALL);
    Configuration configuration = new Configuration();
    configuration.setString("restart-strategy.type", "none");
    if (savepoint != null) {
      configuration.setString("execution.state-recovery.path", savepoint);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
    env.enableCheckpointing(200);
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "changes")
        .uid("changes")
        .map(KinesisSourceIT::see)
        .uid("see")
        .sinkTo(new DiscardingSink<>())
        .uid("nowhere");
    JobClient job = env.executeAsync();
    Awaitility.await().until(() -> job.getJobStatus().get().name().equals("RUNNING"));
    return job;
  }

  /** With a savepoint, as soon as all tasks run; where it is. */
  private String stop(JobClient job) {
    return Awaitility.await()
        .atMost(ENOUGH)
        .ignoreExceptions()
        .until(
            () ->
                job.stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL)
                    .get(),
            Objects::nonNull);
  }

  /** Operators live in this JVM. */
  private static ItemChange see(ItemChange change) {
    SEEN.add(change);
    return change;
  }

  private static List<Integer> values() {
    return SEEN.stream()
        .map(change -> change.newItem().replaceFirst(".*\"N\":\"(\\d+)\".*", "$1"))
        .map(Integer::valueOf)
        .toList();
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static void putMany(String stream, int from, int to) {
    numbers(from, to).forEach(n -> put(stream, "key" + n, record("Receipts", n)));
  }

  private static void put(String stream, String key, String payload) {
    kinesis
        .client()
        .putRecord(
            r -> r.streamName(stream).partitionKey(key).data(SdkBytes.fromUtf8String(payload)))
        .join();
  }

  private static String record(String table, int value) {
    return """
        {"eventName":"MODIFY","tableName":"%s","dynamodb":{"ApproximateCreationDateTime":%s,
         "ApproximateCreationDateTimePrecision":"MICROSECOND",
         "Keys":{"PK":{"S":"IMAGE#1"},"SK":{"S":"RECEIPT#1"}},
         "NewImage":{"PK":{"S":"IMAGE#1"},"value":{"N":"%s"}}}}"""
        .formatted(table, Instant.now().toEpochMilli() * 1000, value);
  }

  private static SourceSettings settings(String stream, Map<String, String> more) {
    Map<String, String> values = new HashMap<>();
    values.put("type", "kinesis");
    values.put("stream-arn", stream);
    values.put("aws.region", TestCredentials.REGION);
    URI endpoint = kinesis.endpoint();
    values.put("aws.endpoint", endpoint.toString());
    values.putAll(more);
    return read(values);
  }

  private static SourceSettings none() {
    return read(Map.of("type", "none"));
  }

  private static SourceSettings read(Map<String, String> values) {
    ApplicationProperties properties = new ApplicationProperties(Map.of("source", values));
    SourceSettings settings = SourceSettings.from(properties.group("source"));
    properties.check();
    return settings;
  }
}
