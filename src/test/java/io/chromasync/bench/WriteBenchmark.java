package io.chromasync.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.ChromaSink;
import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.ServerProfile;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.model.Batch;
import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.testing.ChromaServer;
import io.chromasync.testing.RealTimeTask;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.sink2.SinkWriter;

/**
 * How fast the sink writes, beside a bare HTTP client that sends the same records in requests made
 * beforehand, to the same real server in the same run. Only the ratio means something.
 *
 * <p>Run {@code main} on the test class path. Every line is the better of two rounds, taken in
 * turn.
 */
public final class WriteBenchmark {

  private static final int UPDATES = 20_000;
  private static final int IMAGES = 100;
  private static final int SWEPT_RECORDS = 50_000;
  private static final int DIMENSIONS = 1_536;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintStream out;
  private final ChromaServer server;
  private final ChromaSettings settings;
  private final ServerProfile profile;

  private WriteBenchmark(ChromaServer server, PrintStream out) {
    this.server = server;
    this.out = out;
    Map<String, String> values =
        Map.of("url", server.url().toString(), "max-records-per-request", "5000");
    settings =
        ChromaSettings.from(new ApplicationProperties(Map.of("chroma", values)).group("chroma"));
    profile = Preflight.run(settings);
  }

  public static void main(String[] arguments) throws Exception {
    try (ChromaServer server = ChromaServer.startEmpty()) {
      new WriteBenchmark(server, System.out).run();
    }
  }

  private void run() throws Exception {
    // Vectors are short here: an update does not touch them.
    sink(batches(1_000, 4, word -> upsert(word, 8)));
    out.printf("%-34s %10s %10s %6s%n", "records/s", "raw", "sink", "ratio");
    for (int keys : new int[] {15, 37}) {
      for (int size : new int[] {500, 1_000}) {
        for (int lanes : new int[] {1, 4}) {
          compare(
              "update, %s keys, %s each, %s at once".formatted(keys, size, lanes),
              batches(size, lanes, word -> update(word, keys)),
              lanes);
        }
      }
    }
    server.reader().records("words");
    for (int size : new int[] {500, 1_000}) {
      compare("delete, %s each".formatted(size), batches(size, 1, WriteBenchmark::delete), 1);
    }
    sweeps();
    upserts();
  }

  private void compare(String name, List<Batch> batches, int lanes) throws Exception {
    double raw = 0;
    double sink = 0;
    long records = batches.stream().mapToLong(batch -> batch.mutations().size()).sum();
    for (int round = 0; round < 2; round++) {
      raw = Math.max(raw, records / raw(batches, lanes));
      sink = Math.max(sink, records / sink(batches));
    }
    out.printf(Locale.ROOT, "%-34s %10.0f %10.0f %6.2f%n", name, raw, sink, sink / raw);
  }

  private void sweeps() throws Exception {
    List<Batch> load = new ArrayList<>();
    for (int from = 0; from < SWEPT_RECORDS; from += 1_000) {
      int start = from;
      load.add(
          batch(
              "words/0",
              IntStream.range(start, start + 1_000)
                  .mapToObj(i -> upsert(RecordKey.word("sweep-" + i / 100, 1, i % 10, i), 8))
                  .toList()));
    }
    sink(load);
    server.reader().count("words");
    for (int round = 0; round < 2; round++) {
      List<Batch> sweeps = new ArrayList<>();
      for (int image = 20 * round; image < 20 * (round + 1); image++) {
        RecordKey receipt =
            RecordKey.below(Collection.WORDS, "sweep-" + image, EntityKey.receipt(1));
        sweeps.add(batch("words/0", List.of(Mutation.sweep(receipt, version()))));
      }
      out.printf(
          Locale.ROOT,
          "sweep of a receipt of 100 among %s: %.1f ms each%n",
          SWEPT_RECORDS,
          sink(sweeps) / 20 * 1_000);
    }
  }

  private void upserts() throws Exception {
    Random random = new Random(1);
    float[] vector = new float[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      vector[i] = random.nextFloat() - 0.5f;
    }
    for (int size : new int[] {100, 250, 500}) {
      List<Batch> batches = new ArrayList<>();
      for (int from = 0; from < 2_000; from += size) {
        batches.add(
            batch(
                "lines/0",
                IntStream.range(from, from + size)
                    .mapToObj(
                        i ->
                            Mutation.upsert(
                                RecordKey.row("image-" + i % IMAGES, 1, i),
                                vector,
                                "document " + i,
                                Map.of("k", MetadataValue.of(i)),
                                version()))
                    .toList()));
      }
      out.printf(
          Locale.ROOT,
          "upsert of %s floats as base64, %s each: %.0f records/s%n",
          DIMENSIONS,
          size,
          2_000 / sink(batches));
    }
  }

  /** Seconds that the sink needs, until everything is acknowledged. */
  private double sink(List<Batch> batches) throws Exception {
    try (RealTimeTask task = new RealTimeTask()) {
      ChromaSink sink =
          new ChromaSink(
              settings,
              profile,
              () -> {
                throw new UnsupportedOperationException("nothing is committed here");
              },
              null,
              Duration.ofDays(10));
      SinkWriter<Batch> writer = sink.createWriter(task);
      SinkWriter.Context unused = null;
      long start = System.nanoTime();
      for (Batch batch : batches) {
        writer.write(batch, unused);
      }
      writer.flush(true);
      double seconds = (System.nanoTime() - start) / 1e9;
      writer.close();
      return seconds;
    }
  }

  /** Seconds that a bare client with one connection for each lane needs. */
  private double raw(List<Batch> batches, int lanes) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    List<List<HttpRequest>> requests = new ArrayList<>();
    for (int lane = 0; lane < lanes; lane++) {
      String name = "words/" + lane;
      requests.add(
          batches.stream().filter(batch -> batch.lane().equals(name)).map(this::request).toList());
    }
    ExecutorService threads = Executors.newFixedThreadPool(lanes);
    try {
      long start = System.nanoTime();
      List<Future<?>> done = new ArrayList<>();
      for (List<HttpRequest> lane : requests) {
        done.add(
            threads.submit(
                () -> {
                  for (HttpRequest request : lane) {
                    String body = client.send(request, BodyHandlers.ofString()).body();
                    if (!body.equals("{}")) {
                      throw new IllegalStateException("not written: " + body);
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
      return (System.nanoTime() - start) / 1e9;
    } finally {
      threads.shutdown();
    }
  }

  private HttpRequest request(Batch batch) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode ids = body.putArray("ids");
    Verb verb = batch.mutations().get(0).verb();
    for (Mutation mutation : batch.mutations()) {
      ids.add(mutation.record().id());
      if (verb == Verb.UPDATE) {
        ObjectNode metadata = body.withArray("metadatas").addObject();
        mutation
            .metadata()
            .forEach(
                (key, value) -> {
                  if (value.isRemoved()) {
                    metadata.putNull(key);
                  } else {
                    metadata.put(key, value.text());
                  }
                });
      }
    }
    URI url =
        URI.create(
            "%s/api/v2/tenants/default_tenant/databases/default_database/collections/%s/%s"
                .formatted(
                    server.url(),
                    profile.collections().get(batch.collection()),
                    verb == Verb.UPDATE ? "update" : "delete"));
    return HttpRequest.newBuilder(url)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(body.toString().getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  /** All words in batches that go round the lanes. */
  private static List<Batch> batches(int size, int lanes, Function<RecordKey, Mutation> mutation) {
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < UPDATES; from += size) {
      String lane = "words/" + batches.size() % lanes;
      batches.add(
          batch(
              lane,
              IntStream.range(from, from + size)
                  .mapToObj(i -> mutation.apply(RecordKey.word("image-" + i % IMAGES, 1, 1, i)))
                  .toList()));
    }
    return batches;
  }

  private static Batch batch(String lane, List<Mutation> mutations) {
    return new Batch(lane, mutations.get(0).record().collection(), mutations, 1, List.of());
  }

  private static Mutation upsert(RecordKey word, int dimensions) {
    Map<String, MetadataValue> metadata = new HashMap<>(update(word, 15).metadata());
    metadata.put("image_id", MetadataValue.of(word.image()));
    metadata.put("receipt_id", MetadataValue.of(word.receipt()));
    metadata.put("line_id", MetadataValue.of(word.line()));
    metadata.put("word_id", MetadataValue.of(word.word()));
    return Mutation.upsert(word, new float[dimensions], "document", metadata, version());
  }

  /** Ten keys with a text, and the rest removed. */
  private static Mutation update(RecordKey word, int keys) {
    Map<String, MetadataValue> metadata = new HashMap<>();
    for (int key = 0; key < keys; key++) {
      metadata.put(
          "label_KEY_" + key,
          key < 10 ? MetadataValue.of("value " + word.word()) : MetadataValue.removed());
    }
    return Mutation.update(word, metadata, version());
  }

  private static Mutation delete(RecordKey word) {
    return Mutation.delete(word, version());
  }

  private static Version version() {
    return new Version(1, "1");
  }
}
