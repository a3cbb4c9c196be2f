package io.chromasync.bench;

import io.chromasync.Feed;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.model.Embedding;
import io.chromasync.model.ItemChange;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.testing.ChromaReader;
import io.chromasync.testing.TestCredentials;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The job beside a plain client that sends the same records to the same Chroma: {@code JobBenchmark
 * UPDATED UPSERTED}, which are numbers of words. Both write in turn, each into a collection of its
 * own; at the end the two collections must be equal.
 */
// A harness's close() declares Exception.
@SuppressWarnings("try")
final class JobBenchmark {

  private static final int WORDS_OF_AN_IMAGE = 100;
  private static final int TURNS = 4;

  /** Vectors of records that are only updated. */
  private static final int SHORT = 8;

  private static final int LONG = 1_536;

  private final ChromaServer server;
  private final PlainClient client;
  private final Random random = new Random(1);
  private WrongRecords wrong = new WrongRecords(0, 0, 0);

  private JobBenchmark(ChromaServer server) {
    this.server = server;
    this.client = new PlainClient(server.url());
  }

  public static void main(String[] args) throws Exception {
    TestCredentials.use();
    try (ChromaServer server = ChromaServer.startEmpty()) {
      JobBenchmark benchmark = new JobBenchmark(server);
      benchmark.updates(BenchImage.images(Integer.parseInt(args[0]), WORDS_OF_AN_IMAGE));
      benchmark.upserts(BenchImage.images(Integer.parseInt(args[1]), WORDS_OF_AN_IMAGE));
      FigureLine.print(Figure.cost(Targets.WRONG, "records"), benchmark.wrong.all());
    }
    System.exit(0);
  }

  /** Every label is reviewed, again and again. */
  private void updates(List<BenchImage> images) throws Exception {
    List<PlainWrites> ways =
        List.of(new PlainWrites(500, 1), new PlainWrites(1_000, 1), new PlainWrites(500, 2));
    try (Feed feed = new Feed();
        Race race = new Race(server, client, feed, "updated", ways)) {
      race.prepare(inserts(images, feed, SHORT));
      ValidationStatus before = ValidationStatus.PENDING;
      for (int turn = 1; turn <= race.trials() + TURNS; turn++) {
        ValidationStatus after =
            before == ValidationStatus.VALID ? ValidationStatus.INVALID : ValidationStatus.VALID;
        List<ItemChange> changes = new ArrayList<>();
        for (BenchImage image : images) {
          changes.addAll(image.review(before, after, turn));
        }
        race.turn(changes);
        before = after;
      }
      race.print("updates");
    }
    check("updated");
  }

  /** Every word is embedded, again and again. */
  private void upserts(List<BenchImage> images) throws Exception {
    List<PlainWrites> ways =
        List.of(new PlainWrites(100, 1), new PlainWrites(250, 1), new PlainWrites(500, 1));
    try (Feed feed = new Feed();
        Race race = new Race(server, client, feed, "upserted", ways)) {
      race.prepare(inserts(images, feed, LONG));
      for (int turn = 1; turn <= race.trials() + TURNS; turn++) {
        List<ItemChange> runs = new ArrayList<>();
        for (BenchImage image : images) {
          feed.run(run(image, turn), vectors(image, LONG));
          runs.add(image.run(run(image, turn), turn));
        }
        race.turn(runs);
      }
      race.print("upserts of " + LONG);
    }
    check("upserted");
  }

  private List<ItemChange> inserts(List<BenchImage> images, Feed feed, int dimension) {
    List<ItemChange> inserts = new ArrayList<>();
    for (BenchImage image : images) {
      inserts.addAll(image.inserts(run(image, 0)));
      feed.run(run(image, 0), vectors(image, dimension));
      feed.withoutRows(run(image, 0));
    }
    return inserts;
  }

  /** Vectors of all words of an image. */
  private List<Embedding> vectors(BenchImage image, int dimension) {
    return IntStream.range(0, image.words())
        .mapToObj(word -> image.embedding(word, vector(dimension)))
        .toList();
  }

  private float[] vector(int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = random.nextFloat() - 0.5f;
    }
    return vector;
  }

  private static String run(BenchImage image, int turn) {
    return new UUID(turn, image.number()).toString();
  }

  private void check(String collection) {
    ChromaReader reader = new ChromaReader(server.url());
    wrong =
        wrong.plus(
            WrongRecords.of(reader.records(Race.plain(collection)), reader.records(collection)));
  }
}
