package io.chromasync.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.aws.DynamoDbJson;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/**
 * Does for DynamoDB Local what <i>Kinesis Data Streams for DynamoDB</i> does: what the table's
 * stream says goes to a Kinesis stream, some of it twice, and some in another order. DynamoDB Local
 * tells only the minute of a change; here it gets a microsecond in it, later for every later
 * change.
 *
 * <p>Runs in a thread of its own until it is closed.
 */
public final class TableReplicator implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The API takes 500 records at once. */
  private static final int BATCH = 100;

  private static final long LAST_SECOND = 59_000_000;

  private final DynamoDbStreamsAsyncClient table;
  private final KinesisAsyncClient kinesis;
  private final String stream;
  private final InstantSource clock;
  private final Random random;
  private final Thread thread;
  private final Set<String> begun = new HashSet<>();
  private final Map<String, String> iterators = new HashMap<>();
  private final List<PutRecordsRequestEntry> again = new ArrayList<>();
  private long lastMicros;
  private volatile boolean closed;
  private volatile RuntimeException failure;

  /**
   * @param seed decides what comes twice, and in which order
   */
  private TableReplicator(
      DynamoDbStreamsAsyncClient table,
      KinesisAsyncClient kinesis,
      String stream,
      InstantSource clock,
      long seed) {
    this.table = table;
    this.kinesis = kinesis;
    this.stream = stream;
    this.clock = clock;
    this.random = new Random(seed);
    this.thread = new Thread(this::run, "table-replicator");
  }

  /** Begins with the oldest change that the only table of DynamoDB Local has. */
  public static TableReplicator start(
      URI dynamoDb, KinesisAsyncClient kinesis, String stream, InstantSource clock, long seed) {
    DynamoDbStreamsAsyncClient table =
        DynamoDbStreamsAsyncClient.builder()
            .endpointOverride(dynamoDb)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
            .build();
    TableReplicator replicator = new TableReplicator(table, kinesis, stream, clock, seed);
    replicator.thread.setDaemon(true);
    replicator.thread.start();
    return replicator;
  }

  /** Waits until it fails. */
  public void join() throws InterruptedException {
    thread.join();
  }

  /**
   * Ends it.
   *
   * @throws IllegalStateException if it had failed
   */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    table.close();
    if (failure != null) {
      throw new IllegalStateException("the table was not replicated", failure);
    }
  }

  private void run() {
    try {
      String arn = table.listStreams().join().streams().get(0).streamArn();
      while (!closed) {
        findShards(arn);
        for (String shard : List.copyOf(iterators.keySet())) {
          publish(read(shard));
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    } catch (CompletionException | IllegalStateException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void findShards(String arn) throws InterruptedException {
    for (Shard shard :
        patiently(() -> table.describeStream(r -> r.streamArn(arn))).streamDescription().shards()) {
      if (begun.add(shard.shardId())) {
        String iterator =
            patiently(
                    () ->
                        table.getShardIterator(
                            r ->
                                r.streamArn(arn)
                                    .shardId(shard.shardId())
                                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON)))
                .shardIterator();
        iterators.put(shard.shardId(), iterator);
      }
    }
  }

  private List<Record> read(String shard) throws InterruptedException {
    GetRecordsResponse page =
        patiently(() -> table.getRecords(r -> r.shardIterator(iterators.get(shard)).limit(1000)));
    if (page.nextShardIterator() == null) {
      iterators.remove(shard);
    } else {
      iterators.put(shard, page.nextShardIterator());
    }
    return page.records();
  }

  /**
   * Some records come once more with the next ones, and some change places with their neighbours.
   */
  private void publish(List<Record> records) throws InterruptedException {
    List<PutRecordsRequestEntry> entries = new ArrayList<>(again);
    again.clear();
    for (Record record : records) {
      PutRecordsRequestEntry entry = entry(record);
      entries.add(entry);
      if (random.nextInt(10) == 0) {
        again.add(entry);
      }
    }
    for (int i = 1; i < entries.size(); i++) {
      if (random.nextInt(4) == 0) {
        Collections.swap(entries, i - 1, i);
      }
    }
    for (int from = 0; from < entries.size(); from += BATCH) {
      put(entries.subList(from, Math.min(from + BATCH, entries.size())));
    }
  }

  /** A put whose answer is lost is made again: then all of it comes twice. */
  private void put(List<PutRecordsRequestEntry> entries) throws InterruptedException {
    PutRecordsResponse response =
        patiently(() -> kinesis.putRecords(r -> r.streamName(stream).records(entries)));
    if (response.failedRecordCount() != null && response.failedRecordCount() > 0) {
      throw new IllegalStateException("Kinesis refused records: " + response);
    }
  }

  /** As the real one bears bad moments of both ends, until it is closed. */
  private <T> T patiently(Supplier<CompletableFuture<T>> call) throws InterruptedException {
    while (true) {
      try {
        return call.get().join();
      } catch (CompletionException e) {
        if (closed || !(e.getCause() instanceof SdkClientException)) {
          throw e;
        }
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  private PutRecordsRequestEntry entry(Record record) {
    StreamRecord body = record.dynamodb();
    return PutRecordsRequestEntry.builder()
        .partitionKey(body.keys().get("PK").s() + body.keys().get("SK").s())
        .data(SdkBytes.fromUtf8String(json(record)))
        .build();
  }

  private String json(Record record) {
    StreamRecord body = record.dynamodb();
    try {
      ObjectNode json = JSON.createObjectNode();
      json.put("awsRegion", "us-east-1");
      json.put("eventID", record.eventID());
      json.put("eventName", record.eventNameAsString());
      json.putNull("userIdentity");
      json.put("recordFormat", "application/json");
      json.put("tableName", "receipts");
      ObjectNode dynamodb = json.putObject("dynamodb");
      dynamodb.put("ApproximateCreationDateTime", micros(body.approximateCreationDateTime()));
      dynamodb.set("Keys", JSON.readTree(DynamoDbJson.write(body.keys())));
      if (body.hasNewImage()) {
        dynamodb.set("NewImage", JSON.readTree(DynamoDbJson.write(body.newImage())));
      }
      if (body.hasOldImage()) {
        dynamodb.set("OldImage", JSON.readTree(DynamoDbJson.write(body.oldImage())));
      }
      dynamodb.put("SizeBytes", body.sizeBytes());
      dynamodb.put("ApproximateCreationDateTimePrecision", "MICROSECOND");
      json.put("eventSource", "aws:dynamodb");
      return json.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Now, unless the change's minute is over. */
  private long micros(Instant minute) {
    long begun = minute.toEpochMilli() * 1000;
    long now = clock.millis() * 1000;
    lastMicros = Math.max(lastMicros + 1, Math.min(now, begun + LAST_SECOND));
    return lastMicros;
  }
}
