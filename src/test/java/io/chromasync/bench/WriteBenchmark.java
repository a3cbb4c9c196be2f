package io.chromasync.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.ChromaSink;
import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.ServerProfile;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.config.ApplicationProperties;
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
    Map<String, String> values = Map.of("url", server.url().toString());
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
    sink(words(UPDATES, word -> upsert(word, 8)));
    out.printf(Locale.ROOT, "%-24s %28s %10s %6s%n", "records/s", "bare client", "sink", "ratio");
    for (int keys : new int[] {1, 5, 15, 37}) {
      compare("update, %s keys".formatted(keys), words(UPDATES, word -> update(word, keys)));
    }
    server.reader().records("words");
    compare("delete", words(UPDATES, WriteBenchmark::delete));
    sweeps();
    upserts();
  }

  /** Beside the bare client at its best. */
  private void compare(String name, List<Mutation> mutations) throws Exception {
    double raw = 0;
    double sink = 0;
    String best = "";
    for (int round = 0; round < 2; round++) {
      for (int size : new int[] {500, 1_000}) {
        for (int atOnce : new int[] {1, 4}) {
          double now = mutations.size() / raw(mutations, size, atOnce);
          if (now > raw) {
            raw = now;
            best = "%s each, %s at once".formatted(size, atOnce);
          }
        }
      }
      sink = Math.max(sink, mutations.size() / sink(mutations));
    }
    out.printf(Locale.ROOT, "%-24s %8.0f %19s %10.0f %6.2f%n", name, raw, best, sink, sink / raw);
  }

  private void sweeps() throws Exception {
    sink(
        IntStream.range(0, SWEPT_RECORDS)
            .mapToObj(i -> upsert(RecordKey.word("sweep-" + i / 100, 1, i % 10, i), 8))
            .toList());
    server.reader().count("words");
    for (int round = 0; round < 2; round++) {
      List<Mutation> sweeps = new ArrayList<>();
      for (int image = 20 * round; image < 20 * (round + 1); image++) {
        RecordKey receipt =
            RecordKey.below(Collection.WORDS, "sweep-" + image, EntityKey.receipt(1));
        sweeps.add(Mutation.sweep(receipt, version()));
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
    for (String what : new String[] {"new", "again"}) {
      List<Mutation> rows =
          IntStream.range(0, 2_000)
              .mapToObj(
                  i ->
                      Mutation.upsert(
                          RecordKey.row("image-" + i % IMAGES, 1, i),
                          vector,
                          "document " + i,
                          Map.of("k", MetadataValue.of(i)),
                          version()))
              .toList();
      out.printf(
          Locale.ROOT,
          "upsert of %s floats as base64, %s: %.0f records/s%n",
          DIMENSIONS,
          what,
          rows.size() / sink(rows));
    }
  }

  /** Seconds that the sink needs, until everything is acknowledged. */
  private double sink(List<Mutation> mutations) throws Exception {
    try (RealTimeTask task = new RealTimeTask()) {
      ChromaSink sink =
          new ChromaSink(
              settings,
              WindowSettings.from(new ApplicationProperties(Map.of()).group("window")),
              profile,
              () -> {
                throw new UnsupportedOperationException("nothing is committed here");
              },
              null,
              Duration.ofDays(10));
      SinkWriter<Mutation> writer = sink.createWriter(task);
      SinkWriter.Context unused = null;
      long start = System.nanoTime();
      for (Mutation mutation : mutations) {
        writer.write(mutation, unused);
        // As the task does between two records.
        while (task.tryYield()) {}
      }
      writer.flush(true);
      double seconds = (System.nanoTime() - start) / 1e9;
      writer.close();
      return seconds;
    }
  }

  /** Seconds that a bare client with so many connections needs for requests made beforehand. */
  private double raw(List<Mutation> mutations, int size, int connections) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    List<List<HttpRequest>> requests = new ArrayList<>();
    for (int connection = 0; connection < connections; connection++) {
      requests.add(new ArrayList<>());
    }
    for (int from = 0; from < mutations.size(); from += size) {
      requests
          .get(from / size % connections)
          .add(request(mutations.subList(from, Math.min(from + size, mutations.size()))));
    }
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try {
      long start = System.nanoTime();
      List<Future<?>> done = new ArrayList<>();
      for (List<HttpRequest> mine : requests) {
        done.add(
            threads.submit(
                () -> {
                  for (HttpRequest request : mine) {
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

  private HttpRequest request(List<Mutation> mutations) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode ids = body.putArray("ids");
    Verb verb = mutations.get(0).verb();
    for (Mutation mutation : mutations) {
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
                    profile.collections().get(mutations.get(0).record().collection()),
                    verb == Verb.UPDATE ? "update" : "delete"));
    return HttpRequest.newBuilder(url)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(body.toString().getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  private static List<Mutation> words(int count, Function<RecordKey, Mutation> mutation) {
    return IntStream.range(0, count)
        .mapToObj(i -> mutation.apply(RecordKey.word("image-" + i % IMAGES, 1, 1, i)))
        .toList();
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
