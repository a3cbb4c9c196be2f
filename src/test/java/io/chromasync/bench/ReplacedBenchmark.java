package io.chromasync.bench;

import io.chromasync.Feed;
import io.chromasync.MeasuredJob;
import io.chromasync.bench.RecordChange.Kind;
import io.chromasync.bench.RecordChange.Shown;
import io.chromasync.bench.StandardQueue.Check;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.model.ItemChange;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.testing.ChromaModel.Stored;
import io.chromasync.testing.ChromaReader;
import io.chromasync.testing.TestCredentials;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The strategies that the job replaces, and the job, on one history and one Chroma, each with a
 * collection of its own: {@code ReplacedBenchmark CHANGES}.
 */
final class ReplacedBenchmark {

  private static final long SEED = 1;
  private static final int IMAGES = 20;
  private static final int WORDS_OF_AN_IMAGE = 100;

  private static final List<Strategy> STRATEGIES =
      List.of(
          new FifoQueue(),
          new StandardQueue(Check.NONE),
          new StandardQueue(Check.EXISTENCE),
          new StandardQueue(Check.TIMESTAMP),
          new GroupOfAnImage(8));

  private final ChromaServer server;
  private final ChangeHistory history;
  private final PlainClient client;
  private final Map<String, Shown> expected = new HashMap<>();

  private ReplacedBenchmark(ChromaServer server, ChangeHistory history) {
    this.server = server;
    this.history = history;
    this.client = new PlainClient(server.url());
    history.end().forEach((key, shown) -> expected.put(id(key), shown));
  }

  public static void main(String[] args) throws Exception {
    TestCredentials.use();
    ChangeHistory history =
        ChangeHistory.of(SEED, IMAGES, WORDS_OF_AN_IMAGE, Integer.parseInt(args[0]));
    FigureLine.step(
        "seed %s: %,d changes of %,d words arrive as %,d",
        SEED, Integer.parseInt(args[0]), IMAGES * WORDS_OF_AN_IMAGE, history.arrivals().size());
    try (ChromaServer server = ChromaServer.startEmpty()) {
      ReplacedBenchmark benchmark = new ReplacedBenchmark(server, history);
      double fifo = 0;
      for (Strategy strategy : STRATEGIES) {
        double rate = benchmark.measure(strategy);
        fifo = strategy instanceof FifoQueue ? rate : fifo;
      }
      double job = benchmark.measureJob();
      FigureLine.print(Figure.rate("job ÷ FIFO queue", ""), job / fifo);
    }
    System.exit(0);
  }

  /** Changes a second. */
  private double measure(Strategy strategy) {
    String collection = "old-" + STRATEGIES.indexOf(strategy);
    String path = client.collection(collection);
    OldRecords records = new OldRecords(client, path);
    IntStream.range(0, IMAGES).forEach(image -> records.write(firstOf(image)));
    client.count(path);
    long before = client.requests();
    CpuClock clock = CpuClock.start(server.pid());
    long start = System.nanoTime();
    int invocations = strategy.run(history.arrivals(), records);
    client.count(path);
    double rate = history.arrivals().size() / ((System.nanoTime() - start) / 1e9);
    cpu(strategy.title(), clock);
    report(strategy.title(), rate, client.requests() - before, wrong(collection));
    OldCycle cycle = new OldCycle(history.arrivals().size(), invocations, strategy.workers());
    FigureLine.print(
        Figure.cost(strategy.title() + ", 10,000 changes in the old cycle", "h (model)"),
        cycle.hours());
    FigureLine.print(
        Figure.cost(strategy.title() + ", 10,000 changes in the old cycle", "$ (model)"),
        cycle.dollars());
    return rate;
  }

  private double measureJob() throws Exception {
    String collection = "job";
    try (Feed feed = new Feed();
        MeasuredJob job = MeasuredJob.start(server, collection, feed)) {
      HistoryItems items = new HistoryItems(feed);
      job.write(items.first(IMAGES, WORDS_OF_AN_IMAGE));
      List<ItemChange> changes = new ArrayList<>();
      history.arrivals().forEach(change -> changes.addAll(items.of(change)));
      String path = client.collection(collection);
      client.count(path);
      long before = job.sum("requests_sent");
      CpuClock clock = CpuClock.start(server.pid());
      double seconds = job.write(changes);
      long start = System.nanoTime();
      client.count(path);
      seconds += (System.nanoTime() - start) / 1e9;
      double rate = history.arrivals().size() / seconds;
      cpu("the job", clock);
      WrongRecords wrong = wrong(collection);
      report("the job", rate, job.sum("requests_sent") - before, wrong);
      FigureLine.print(Figure.cost(Targets.WRONG, "records"), wrong.all());
      return rate;
    }
  }

  private static void cpu(String title, CpuClock clock) {
    FigureLine.print(Figure.note(title + ", CPU of Chroma", "CPU s"), clock.other());
    FigureLine.print(Figure.note(title + ", CPU of the JVM", "CPU s"), clock.jvm());
  }

  private static void report(String title, double rate, long requests, WrongRecords wrong) {
    FigureLine.print(Figure.rate(title, "changes/s"), rate);
    FigureLine.print(Figure.cost(title + ", requests", "requests"), (double) requests);
    FigureLine.print(Figure.cost(title + ", resurrected", "records wrong"), wrong.resurrected());
    FigureLine.print(Figure.cost(title + ", lost", "records wrong"), wrong.lost());
    FigureLine.print(Figure.cost(title + ", stale", "records wrong"), wrong.stale());
  }

  private WrongRecords wrong(String collection) {
    Map<String, Shown> found = new HashMap<>();
    new ChromaReader(server.url())
        .records(collection)
        .forEach((id, record) -> found.put(id, shown(record)));
    return WrongRecords.of(expected, found);
  }

  private static Shown shown(Stored record) {
    return new Shown(
        String.valueOf(record.metadata().get("label_status")),
        record.embedding().get(0).intValue());
  }

  private static List<RecordChange> firstOf(int image) {
    return IntStream.range(0, WORDS_OF_AN_IMAGE)
        .mapToObj(
            word ->
                new RecordChange(Kind.EMBEDDED, 0, image, word, ValidationStatus.PENDING, 0, false))
        .toList();
  }

  private static String id(long key) {
    return new BenchImage((int) (key >> 32), WORDS_OF_AN_IMAGE).record((int) key).id();
  }
}
