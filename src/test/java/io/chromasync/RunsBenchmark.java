package io.chromasync;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.ChromaSink;
import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.ServerProfile;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.delta.runs.RunStatesCommitters;
import io.chromasync.local.deltas.DeltaTar;
import io.chromasync.local.deltas.DeltaTemplate;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.local.servers.DynamoDbLocal;
import io.chromasync.local.servers.S3Server;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.Embedding;
import io.chromasync.model.ItemChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.receipts.Receipts;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.testing.ChromaReader;
import io.chromasync.testing.DeltaProducer;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import io.chromasync.testing.MapFacts;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * How fast a backlog of runs reaches Chroma, beside a plain client that sends the same records in
 * requests of the same size to the same server, in the same run. {@code RunsBenchmark RUNS
 * RECORDS}: of each run so many words of 1,536 numbers.
 */
final class RunsBenchmark {

  private static final int DIMENSION = 1_536;

  /** Of one writer, and of the plain client. */
  private static final int IN_FLIGHT = 4;

  /** One writer, so that both have as many requests in flight. */
  private static final int PARALLELISM = 1;

  /** Records of one, as a window has. */
  private static final int REQUEST = 500;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final int runs;
  private final int records;
  private final Random random = new Random(1);

  private RunsBenchmark(int runs, int records) {
    this.runs = runs;
    this.records = records;
  }

  public static void main(String[] args) throws Exception {
    TestCredentials.use();
    new RunsBenchmark(Integer.parseInt(args[0]), Integer.parseInt(args[1])).compare();
  }

  private void compare() throws Exception {
    try (ChromaServer chroma = ChromaServer.startEmpty();
        S3Server s3 = S3Server.startEmpty();
        DynamoDbLocal dynamoDb = DynamoDbLocal.start()) {
      dynamoDb.createTable("Receipts");
      s3.createBucket(RunEnds.BUCKET);
      DeltaTemplate words = DeltaProducer.template(ReceiptTree.WORDS);
      DeltaTemplate lines = DeltaProducer.template(ReceiptTree.LINES);
      List<ItemChange> changes = new ArrayList<>();
      List<List<Embedding>> all = new ArrayList<>();
      for (int run = 0; run < runs; run++) {
        String image = new UUID(run, 0x8000000000000000L).toString();
        String id = new UUID(1_000_000L + run, 0x8000000000000000L).toString();
        List<Embedding> embeddings = embeddings(image);
        put(s3, "words/delta/" + id, words, embeddings);
        put(s3, "lines/delta/" + id, lines, List.of());
        all.add(embeddings);
        changes.add(ItemChanges.insert(Items.image(image), ItemChanges.at(run + 1)));
        changes.add(ItemChanges.insert(Items.run(image, 1, id), ItemChanges.at(run + 2)));
      }
      RunEnds ends = RunEnds.at(s3.endpoint(), dynamoDb.endpoint(), "Receipts", DIMENSION);
      for (int round = 1; round <= 2; round++) {
        double plain = plain(chroma, "plain" + round, all);
        double job = job(chroma, "words" + round, ends, changes);
        System.out.printf(
            Locale.ROOT,
            "%,d vectors of %,d runs: plain client %.1f s, job %.1f s (its start included);"
                + " ratio %.2f; heap limit %s MB%n",
            runs * records,
            runs,
            plain,
            job,
            plain / job,
            Runtime.getRuntime().maxMemory() >> 20);
      }
    }
  }

  private double job(ChromaServer chroma, String collection, RunEnds ends, List<ItemChange> changes)
      throws Exception {
    ApplicationProperties properties =
        new ApplicationProperties(
            Map.of(
                "chroma",
                Map.of(
                    "url",
                    chroma.url().toString(),
                    "words-collection",
                    collection,
                    "lines-collection",
                    collection + "-lines")));
    ChromaSettings settings = ChromaSettings.from(properties.group("chroma"), new ReceiptTree());
    ServerProfile server = Preflight.run(settings);
    Path checkpoints = Files.createTempDirectory("chromasync-benchmark-");
    JobCounters counters = new JobCounters();
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(
            PARALLELISM,
            counters
                .configuration()
                .set(StateBackendOptions.STATE_BACKEND, "rocksdb")
                .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(10))
                .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString()));
    env.configure(Chromasync.promises());
    DataStream<ItemChange> stream =
        env.fromData(endingOnceWritten(counters, changes))
            .uid("changes")
            .process(new Pauses())
            .setParallelism(1)
            .uid("pauses")
            .assignTimestampsAndWatermarks(
                StreamOnly.eventTime()
                    .withTimestampAssigner((change, at) -> change.version().micros() / 1_000))
            .uid("event-time")
            // A pause must not stop the thread that hands on what was loaded.
            .startNewChain();
    Pipeline.define(
        StreamOnly.of(
            stream,
            StreamOnly.deltas(ends),
            new ChromaSink(
                new ReceiptTree(),
                settings,
                WindowSettings.from(properties.group("window")),
                server,
                new SinkCommitters(
                    new RunStatesCommitters(ends.states()),
                    new DeadLetterSettings(
                        checkpoints.resolve("dead-letters").toUri().toString(), null)),
                null,
                Duration.ofDays(10)),
            new DiscardingSink<DeadLetter>()),
        new GraphSettings(
            new Receipts(),
            new ReceiptProjection(server.arrays()),
            ResolveSettings.from(properties.group("resolve")),
            false,
            false,
            server.target(),
            UpdateKeys.CHANGED));
    long start = System.nanoTime();
    env.execute();
    return seconds(start, chroma, collection, runs * records);
  }

  /**
   * With the end of the input event time ends, and all that comes later is too late. Chroma is not
   * asked meanwhile: every answer costs it an update of its index.
   */
  private List<ItemChange> endingOnceWritten(JobCounters counters, List<ItemChange> changes) {
    List<ItemChange> all = new ArrayList<>(changes);
    all.add(
        Pauses.pause(
            () ->
                await()
                    .atMost(Duration.ofMinutes(10))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> counters.sum("records_upserted") >= (long) runs * records)));
    return all;
  }

  private double plain(ChromaServer chroma, String collection, List<List<Embedding>> all)
      throws Exception {
    ChromaReader client = new ChromaReader(chroma.url());
    String base = "/api/v2/tenants/default_tenant/databases/default_database/collections";
    client.post(base, "{\"name\":\"%s\",\"get_or_create\":true}".formatted(collection));
    String path = base + "/" + client.id(collection) + "/upsert";
    long start = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(IN_FLIGHT);
    for (List<Embedding> run : all) {
      for (int from = 0; from < run.size(); from += REQUEST) {
        List<Embedding> part = run.subList(from, Math.min(run.size(), from + REQUEST));
        threads.execute(() -> client.post(path, body(part)));
      }
    }
    threads.shutdown();
    if (!threads.awaitTermination(10, TimeUnit.MINUTES)) {
      throw new IllegalStateException("the plain client does not end");
    }
    return seconds(start, chroma, collection, runs * records);
  }

  /** Until the server has brought its index up to date, which it does when asked. */
  private static double seconds(long start, ChromaServer chroma, String collection, int expected) {
    int count = new ChromaReader(chroma.url()).count(collection);
    if (count != expected) {
      throw new IllegalStateException(
          "%s holds %s records, not %s".formatted(collection, count, expected));
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private List<Embedding> embeddings(String image) {
    List<Embedding> embeddings = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      float[] vector = new float[DIMENSION];
      for (int j = 0; j < DIMENSION; j++) {
        vector[j] = random.nextFloat() - 0.5f;
      }
      Map<String, MetadataValue> metadata = new TreeMap<>();
      RecordKey record = ReceiptTree.word(image, 1, i / 3 + 1, i % 3 + 1);
      metadata.put("image_id", MetadataValue.of(image));
      metadata.put("receipt_id", MetadataValue.of(1));
      metadata.put("line_id", MetadataValue.of(ReceiptKeys.lineOf(record.entity())));
      metadata.put("word_id", MetadataValue.of(ReceiptKeys.wordOf(record.entity())));
      metadata.put("text", MetadataValue.of("word" + i));
      metadata.put("source", MetadataValue.of("openai_embedding_batch"));
      metadata.put("merchant_name", MetadataValue.of(""));
      metadata.put("label_status", MetadataValue.of("unvalidated"));
      metadata.put("left", MetadataValue.of("<EDGE>"));
      metadata.put("right", MetadataValue.of("<EDGE>"));
      for (String key : List.of("x", "y", "width", "height", "confidence")) {
        metadata.put(key, MetadataValue.of(0.5));
      }
      embeddings.add(new Embedding(record, vector, "word" + i, metadata));
    }
    return embeddings;
  }

  private static void put(
      S3Server s3, String prefix, DeltaTemplate template, List<Embedding> embeddings)
      throws IOException {
    Path folder = Files.createTempDirectory("chromasync-run-");
    template.write(folder.resolve("delta"), embeddings);
    Path archive = DeltaTar.pack(folder.resolve("delta"), folder.resolve("delta.tar.gz"));
    s3.put(RunEnds.BUCKET, prefix + "/delta.tar.gz", Files.readAllBytes(archive));
  }

  /** What the job writes of a record: also null for every key that it may clear. */
  private static Map<String, MetadataValue> content(Embedding embedding) {
    RecordKey record = embedding.record();
    Projection projection = new ReceiptProjection(false);
    Map<String, MetadataValue> content = projection.given(record, embedding.metadata());
    content.putAll(projection.of(new MapFacts(record.partition())).overlay(record));
    return content;
  }

  private static String body(List<Embedding> run) {
    ObjectNode body = JSON.createObjectNode();
    for (Embedding embedding : run) {
      body.withArray("ids").add(embedding.record().id());
      ByteBuffer bytes =
          ByteBuffer.allocate(DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(embedding.vector());
      body.withArray("embeddings").add(Base64.getEncoder().encodeToString(bytes.array()));
      body.withArray("documents").add(embedding.document());
      ObjectNode metadata = body.withArray("metadatas").addObject();
      content(embedding)
          .forEach(
              (key, value) -> {
                if (value.isRemoved()) {
                  metadata.putNull(key);
                } else if (value.text() != null) {
                  metadata.put(key, value.text());
                } else if (value.whole() != null) {
                  metadata.put(key, value.whole());
                } else {
                  metadata.put(key, value.real());
                }
              });
    }
    try {
      return JSON.writeValueAsString(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
