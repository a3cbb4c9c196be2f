package io.chromasync.source;

import io.chromasync.bench.Figure;
import io.chromasync.bench.FigureLine;
import io.chromasync.config.AwsAccess;
import io.chromasync.local.servers.DynamoDbLocal;
import io.chromasync.mapping.MapItems;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ResolveInput;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.Receipts;
import io.chromasync.source.SourceSettings.OnGap;
import io.chromasync.source.SourceSettings.Reading;
import io.chromasync.source.dynamodb.DynamoDbStream;
import io.chromasync.source.lineage.StartPosition;
import io.chromasync.testing.FakeStreams;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import io.chromasync.testing.TestCredentials;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/**
 * How fast a waiting stream is read and mapped, as far as the keyed operator that resolves facts,
 * which is left out:
 *
 * <pre>
 * SourceBenchmark fake SHARDS RECORDS KIND      a stream in this JVM; KIND is mixed, letters or labels
 * SourceBenchmark throttled CALLS RECORDS       the same, one shard, that takes CALLS a second
 * SourceBenchmark local RECORDS                 DynamoDB Local, and a plain client beside
 * SourceBenchmark bench LOCAL THROTTLED         for bin/bench: so many records of either
 * </pre>
 *
 * <p>Each reads the same records several times, each time by a new job. The clock runs from the
 * first fact to the last; CPU is that of all threads but the fake stream's.
 */
final class SourceBenchmark {

  private static final int ROUNDS = 4;
  private static final int LETTERS_OF_A_WORD = 5;
  private static final int WORDS_OF_AN_IMAGE = 100;

  /** As other users of DynamoDB Streams report it, and Kinesis documents it. */
  private static final int CALLS_OF_A_SHARD = 5;

  private static final AtomicLong FACTS = new AtomicLong();
  private static final AtomicLong FIRST_NANOS = new AtomicLong();

  private SourceBenchmark() {}

  public static void main(String[] args) throws Exception {
    TestCredentials.use();
    switch (args[0]) {
      case "fake" -> fake(Integer.parseInt(args[1]), Integer.parseInt(args[2]), args[3]);
      case "throttled" -> throttled(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
      case "local" -> local(Integer.parseInt(args[1]));
      case "bench" -> bench(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
      default ->
          throw new IllegalArgumentException("fake, throttled, local or bench, not " + args[0]);
    }
    System.exit(0);
  }

  private static void fake(int shards, int records, String kind) throws Exception {
    try (FakeStreams stream = FakeStreams.start(shards, 1)) {
      List<Change> changes = changes(records, kind);
      changes.forEach(change -> stream.put(change.recorded()));
      read(stream.endpoint(), FakeStreams.ARN, changes, ROUNDS);
    }
  }

  private static void bench(int local, int throttled) throws Exception {
    Rates rates = local(local);
    FigureLine.print(
        Figure.rate("one shard of DynamoDB Local, plain client", "records/s"), rates.plain());
    FigureLine.print(Figure.rate("one shard of DynamoDB Local", "records/s"), rates.source());
    throttled(CALLS_OF_A_SHARD, throttled);
  }

  private static void throttled(int calls, int records) throws Exception {
    try (FakeStreams stream = FakeStreams.start(1, 1)) {
      String shard = stream.openShards().get(0);
      stream.limitPages(shard, calls);
      List<Change> changes = changes(records, "mixed");
      changes.forEach(change -> stream.put(change.recorded()));
      double rate = read(stream.endpoint(), FakeStreams.ARN, changes, 1);
      System.out.printf(Locale.ROOT, "%d calls were refused%n", stream.refused());
      String name = calls == CALLS_OF_A_SHARD ? "five" : Integer.toString(calls);
      FigureLine.print(
          Figure.rate("one shard, %s calls a second".formatted(name), "records/s"), rate);
      FigureLine.print(
          Figure.cost("one shard, %s calls a second, refused".formatted(name), "% of calls"),
          100.0 * stream.refused() / stream.pageCalls(shard));
    }
  }

  private static Rates local(int records) throws Exception {
    try (DynamoDbLocal server = DynamoDbLocal.start()) {
      String arn = server.createTable("Receipts");
      List<Change> changes = changes(records, "mixed").stream().filter(Change::inserts).toList();
      put(server, changes);
      Rates best = new Rates(0, 0);
      for (int round = 0; round < 2; round++) {
        best =
            best.better(
                new Rates(plain(server.endpoint(), arn), read(server.endpoint(), arn, changes, 2)));
      }
      return best;
    }
  }

  /**
   * Records a second.
   *
   * @param plain of a plain client
   * @param source of the job's source, mapping behind it
   */
  private record Rates(double plain, double source) {

    Rates better(Rates other) {
      return new Rates(Math.max(plain, other.plain), Math.max(source, other.source));
    }
  }

  /** Reads all that waits, again and again, and prints how fast; the best rate. */
  private static double read(URI endpoint, String arn, List<Change> changes, int rounds)
      throws Exception {
    long facts = changes.stream().filter(Change::isFact).count();
    double best = 0;
    for (int round = 0; round < rounds; round++) {
      FACTS.set(0);
      FIRST_NANOS.set(0);
      JobClient job = start(endpoint, arn);
      Map<Long, Long> before = cpuOfThreads();
      while (FACTS.get() < facts) {
        Thread.sleep(5);
      }
      double seconds = (System.nanoTime() - FIRST_NANOS.get()) / 1e9;
      double micros = cpuSince(before) / 1e3 / changes.size();
      job.cancel().get();
      System.out.printf(
          Locale.ROOT,
          "%,d records, %,d facts in %.2f s: %,.0f records/s, %.1f us of CPU a record%n",
          changes.size(),
          facts,
          seconds,
          changes.size() / seconds,
          micros);
      best = Math.max(best, changes.size() / seconds);
    }
    return best;
  }

  private static JobClient start(URI endpoint, String arn) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2);
    env.configure(new Configuration().set(PipelineOptions.OBJECT_REUSE, true));
    env.fromSource(source(endpoint, arn), WatermarkStrategy.noWatermarks(), "source")
        .process(new MapItems(new Receipts(), false))
        .keyBy(ResolveInput::partition)
        .map(SourceBenchmark::count)
        .sinkTo(new DiscardingSink<>());
    return env.executeAsync();
  }

  private static ItemChanges source(URI endpoint, String arn) {
    return new ItemChanges(
        arn,
        new Reading(StartPosition.TRIM_HORIZON, OnGap.FAIL, null),
        new ItemChanges.Pacing(
            new DynamoDbStream.Factory(
                new AwsAccess(TestCredentials.REGION, endpoint), new Receipts()::isMapped),
            PollIntervals.STANDARD,
            Clock.systemUTC()));
  }

  private static long count(ResolveInput arrival) {
    if (FACTS.incrementAndGet() == 1) {
      FIRST_NANOS.set(System.nanoTime());
    }
    return arrival.change().version().micros();
  }

  /** What a client that does nothing else reads of the only shard, in records a second. */
  private static double plain(URI endpoint, String arn) {
    try (DynamoDbStreamsAsyncClient client =
        DynamoDbStream.client(new AwsAccess(TestCredentials.REGION, endpoint))) {
      String shard =
          client
              .describeStream(r -> r.streamArn(arn))
              .join()
              .streamDescription()
              .shards()
              .get(0)
              .shardId();
      String iterator =
          client
              .getShardIterator(
                  r ->
                      r.streamArn(arn)
                          .shardId(shard)
                          .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .join()
              .shardIterator();
      long start = System.nanoTime();
      int read = 0;
      while (iterator != null) {
        String at = iterator;
        GetRecordsResponse page = client.getRecords(r -> r.shardIterator(at).limit(1000)).join();
        read += page.records().size();
        iterator = page.records().isEmpty() ? null : page.nextShardIterator();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(Locale.ROOT, "a plain client: %,.0f records/s%n", read / seconds);
      return read / seconds;
    }
  }

  private static void put(DynamoDbLocal server, List<Change> changes) {
    for (int from = 0; from < changes.size(); from += 25) {
      List<WriteRequest> puts =
          changes.subList(from, Math.min(from + 25, changes.size())).stream()
              .map(change -> PutRequest.builder().item(change.after.attributes()).build())
              .map(put -> WriteRequest.builder().putRequest(put).build())
              .toList();
      server.client().batchWriteItem(r -> r.requestItems(Map.of("Receipts", puts))).join();
    }
  }

  /** The last of all is a fact, in each shard too if there are enough. */
  private static List<Change> changes(int records, String kind) {
    List<Change> changes = new ArrayList<>();
    for (int word = 0; changes.size() < records; word++) {
      String image = new UUID(word / WORDS_OF_AN_IMAGE, 0x8000000000000000L).toString();
      TableItem item = Items.word(image, 1, 1 + word % WORDS_OF_AN_IMAGE, 1, "TOTAL");
      boolean mixed = kind.equals("mixed");
      if (mixed || kind.equals("letters")) {
        for (int letter = 1; letter <= LETTERS_OF_A_WORD; letter++) {
          changes.add(new Change(null, Items.letter(item, letter, "T"), changes.size()));
        }
      }
      if (mixed || word % WORDS_OF_AN_IMAGE == WORDS_OF_AN_IMAGE - 1) {
        changes.add(new Change(null, item, changes.size()));
      }
      if (kind.equals("labels") || (mixed && word % 2 == 0)) {
        TableItem label = Items.label(image, 1, 1 + word % WORDS_OF_AN_IMAGE, 1, "TOTAL");
        TableItem valid = label.status(ValidationStatus.VALID);
        changes.add(new Change(mixed ? null : label, valid, changes.size()));
      }
    }
    return changes;
  }

  private static Map<Long, Long> cpuOfThreads() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Map<Long, Long> nanos = new HashMap<>();
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      boolean ours =
          thread != null
              && !thread.getThreadName().startsWith(FakeStreams.THREAD)
              && !thread.getThreadName().startsWith("HTTP-Dispatcher");
      if (ours) {
        nanos.put(thread.getThreadId(), threads.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return nanos;
  }

  private static double cpuSince(Map<Long, Long> before) {
    double nanos = 0;
    for (Map.Entry<Long, Long> thread : cpuOfThreads().entrySet()) {
      nanos += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
    }
    return nanos;
  }

  /** A change of one item. */
  private record Change(TableItem before, TableItem after, int number) {

    boolean isFact() {
      return !after.attributes().get("TYPE").s().equals("RECEIPT_LETTER");
    }

    boolean inserts() {
      return before == null;
    }

    ItemChange recorded() {
      var version = io.chromasync.testing.ItemChanges.at(1_700_000_000L + number);
      return inserts()
          ? io.chromasync.testing.ItemChanges.insert(after, version)
          : io.chromasync.testing.ItemChanges.modify(before, after, version);
    }
  }
}
