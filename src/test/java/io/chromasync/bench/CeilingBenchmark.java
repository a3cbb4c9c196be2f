package io.chromasync.bench;

import io.chromasync.local.servers.ChromaServer;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.ChromaReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * How many records a second Chroma takes from a plain client, without Flink: {@code
 * CeilingBenchmark UPDATED UPSERTED}, which are numbers of records.
 */
final class CeilingBenchmark {

  private static final List<PlainWrites> SMALL =
      List.of(
          new PlainWrites(500, 1),
          new PlainWrites(500, 2),
          new PlainWrites(1_000, 1),
          new PlainWrites(1_000, 2));

  private static final List<PlainWrites> LARGE =
      List.of(new PlainWrites(100, 1), new PlainWrites(500, 1));

  private static final int IMAGES = 100;

  /** Beyond it an update removes keys, as an update of all keys of the contract does. */
  private static final int KEYS_WITH_VALUE = 12;

  /** Vectors of records that are updated; an update does not touch them. */
  private static final int SHORT = 8;

  private final ChromaServer server;
  private final PlainClient client;
  private final int updated;
  private final int upserted;
  private final Random random = new Random(1);
  private WrongRecords wrong = new WrongRecords(0, 0, 0);

  private CeilingBenchmark(ChromaServer server, int updated, int upserted) {
    this.server = server;
    this.client = new PlainClient(server.url());
    this.updated = updated;
    this.upserted = upserted;
  }

  public static void main(String[] args) {
    try (ChromaServer server = ChromaServer.startEmpty()) {
      CeilingBenchmark ceiling =
          new CeilingBenchmark(server, Integer.parseInt(args[0]), Integer.parseInt(args[1]));
      ceiling.updates();
      ceiling.upserts(384);
      ceiling.upserts(1_536);
      FigureLine.print(Figure.cost(Targets.WRONG, "records"), ceiling.wrong.all());
    }
  }

  private void updates() {
    String path = client.collection("updates");
    ChromaModel model = new ChromaModel();
    write(SMALL.get(0), path, model, records(updated, i -> upsert(i, SHORT)));
    for (int keys : new int[] {1, 5, 37}) {
      Best best = new Best();
      for (PlainWrites writes : SMALL) {
        int salt = random.nextInt();
        List<Mutation> all = records(updated, i -> update(i, keys, salt));
        best.add(writes, updated / write(writes, path, model, all));
      }
      best.print(keys == 1 ? "update of 1 key" : "update of %s keys".formatted(keys));
    }
    Best best = new Best();
    int part = updated / SMALL.size();
    for (int i = 0; i < SMALL.size(); i++) {
      int from = i * part;
      List<Mutation> all = records(part, j -> Mutation.delete(word(from + j), version()));
      best.add(SMALL.get(i), part / write(SMALL.get(i), path, model, all));
    }
    best.print("delete by id");
    check("updates", model);
  }

  private void upserts(int dimension) {
    Best news = new Best();
    Best again = new Best();
    for (PlainWrites writes : LARGE) {
      String name = "upserts-%s-%s".formatted(dimension, writes.size());
      String path = client.collection(name);
      ChromaModel model = new ChromaModel();
      List<Mutation> first = records(upserted, i -> upsert(i, dimension));
      news.add(writes, upserted / write(writes, path, model, first));
      List<Mutation> second = records(upserted, i -> upsert(i, dimension));
      again.add(writes, upserted / write(writes, path, model, second));
      check(name, model);
    }
    news.print("upsert of a new id, %s".formatted(dimension));
    again.print("upsert of a known id, %s".formatted(dimension));
  }

  private double write(
      PlainWrites writes, String path, ChromaModel model, List<Mutation> mutations) {
    mutations.forEach(model::apply);
    return writes.seconds(client, path, mutations);
  }

  private void check(String collection, ChromaModel model) {
    wrong =
        wrong.plus(
            WrongRecords.of(model.records(), new ChromaReader(server.url()).records(collection)));
  }

  private static List<Mutation> records(int count, IntFunction<Mutation> mutation) {
    return IntStream.range(0, count).mapToObj(mutation).toList();
  }

  private Mutation upsert(int number, int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = random.nextFloat() - 0.5f;
    }
    Map<String, MetadataValue> metadata = new HashMap<>(values(KEYS_WITH_VALUE, number));
    metadata.put("image_id", MetadataValue.of(word(number).partition()));
    return Mutation.upsert(word(number), vector, "document " + number, metadata, version());
  }

  private static Mutation update(int number, int keys, int salt) {
    return Mutation.update(word(number), values(keys, number + salt), version());
  }

  private static Map<String, MetadataValue> values(int keys, int number) {
    Map<String, MetadataValue> metadata = new HashMap<>();
    for (int key = 0; key < keys; key++) {
      metadata.put(
          "label_KEY_" + key,
          key < KEYS_WITH_VALUE ? MetadataValue.of("value " + number) : MetadataValue.removed());
    }
    return metadata;
  }

  private static RecordKey word(int number) {
    return ReceiptTree.word("image-" + number % IMAGES, 1, 1, number);
  }

  private static Version version() {
    return new Version(1, "1");
  }

  /** The best of several ways. */
  private static final class Best {
    private double rate;
    private PlainWrites writes;

    void add(PlainWrites how, double recordsPerSecond) {
      if (recordsPerSecond > rate) {
        rate = recordsPerSecond;
        writes = how;
      }
    }

    void print(String what) {
      FigureLine.step("%s: %s", what, writes);
      FigureLine.print(Figure.rate(what, "records/s"), rate);
    }
  }
}
