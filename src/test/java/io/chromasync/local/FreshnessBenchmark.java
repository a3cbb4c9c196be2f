package io.chromasync.local;

import io.chromasync.bench.Figure;
import io.chromasync.bench.FigureLine;
import io.chromasync.local.oracle.Agreement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * How long an edit of a label takes, from the moment DynamoDB Local has accepted it until Chroma
 * shows it, at several rates of edits and beside runs that load as fast as they can: {@code
 * FreshnessBenchmark SECONDS}, of each rate. At the end every record is compared with the table.
 */
final class FreshnessBenchmark {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final int IMAGES = 12;
  private static final int[] RATES = {100, 500, 2_000};
  private static final int RATE_BESIDE_RUNS = 50;

  /** How often each receipt is embedded again. */
  private static final int RUNS = 2;

  /**
   * Images that are not embedded again. Edits of their labels are measured: the edit of a label
   * whose word has a vector waiting is written with that vector.
   */
  private static final int QUIET = 3;

  private final Stage stage;
  private final LabelLoad load;

  private FreshnessBenchmark(Stage stage) {
    this.stage = stage;
    List<String> quiet =
        stage.images().subList(0, QUIET).stream().map(image -> "IMAGE#" + image.id()).toList();
    this.load =
        new LabelLoad(stage.table(), stage.chroma(), id -> quiet.stream().anyMatch(id::startsWith));
  }

  public static void main(String[] args) throws Exception {
    Duration time = Duration.ofSeconds(Integer.parseInt(args[0]));
    Path folder = Files.createTempDirectory("chromasync-benchmark-");
    LocalLog.writeTo(folder.resolve("benchmark.log"));
    Stage.Settings settings =
        new Stage.Settings(folder, Path.of(System.getProperty("chromasync.conf")), 1, IMAGES);
    try (Stage stage = new Stage(settings, Clock.systemUTC())) {
      FigureLine.step("load %s", stage.load());
      stage.startJob();
      stage.probe().start();
      stage.await("the job to catch up", LONG, () -> stage.probe().caughtUp() != null);
      stage.probe().close();
      stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
      stage.compareUntilAgreed(LONG);
      FreshnessBenchmark freshness = new FreshnessBenchmark(stage);
      freshness.warmUp();
      for (int rate : RATES) {
        freshness.measure(rate, rate + "/s", after(time));
      }
      freshness.besideRuns();
      freshness.compare();
    }
  }

  /** What a job shows that runs for a while, not one whose code is being compiled. */
  private void warmUp() {
    FigureLine.step("warm up");
    load.run(RATES[0], after(WARM_UP));
  }

  private static BooleanSupplier after(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    return () -> System.nanoTime() > end;
  }

  private void measure(int rate, String name, BooleanSupplier isOver) {
    FigureLine.step("%s", name);
    LabelLoad.Result result = load.run(rate, isOver);
    FigureLine.print(Figure.cost(name + ", p50", "s"), result.percentile(50));
    FigureLine.print(Figure.cost(name + ", p99", "s"), result.percentile(99));
    FigureLine.print(
        Figure.note(name + ", edits that were measured", "edits"), result.ages().size());
    FigureLine.print(Figure.note(name + ", edits in fact", "edits/s"), result.perSecond());
  }

  /** Runs are produced while the job is stopped, so that all of them wait when it starts. */
  private void besideRuns() throws IOException, InterruptedException {
    stage.job().stop();
    int before = stage.runs().planned();
    for (int i = 0; i < RUNS; i++) {
      stage.images().stream()
          .skip(QUIET)
          .forEach(image -> image.receipts().values().forEach(stage.runs()::embed));
    }
    FigureLine.step("produce %s runs", stage.runs().planned() - before);
    while (!stage.runs().isIdle()) {
      Stage.pause(Duration.ofMillis(200));
    }
    stage.startJob("--from", "latest");
    // Each run has a delta for each collection.
    long ends = 2L * stage.runs().planned();
    long start = System.nanoTime();
    measure(
        RATE_BESIDE_RUNS,
        RATE_BESIDE_RUNS + "/s beside runs",
        () -> stage.flink().sum("runs_completed") >= ends);
    FigureLine.print(
        Figure.note("time until all runs were loaded", "s"), (System.nanoTime() - start) / 1e9);
  }

  private void compare() {
    List<Agreement> agreements = stage.compareUntilAgreed(LONG);
    System.out.print(Agreement.report(agreements));
    int wrong =
        agreements.stream()
            .mapToInt(each -> each.missing().size() + each.extra().size() + each.differing().size())
            .sum();
    FigureLine.print(Figure.cost("wrong records", "records"), wrong);
  }
}
