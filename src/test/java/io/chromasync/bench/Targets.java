package io.chromasync.bench;

import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.config.ApplicationProperties;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The targets of the write path, and whether what was measured meets them. */
final class Targets {

  /** The figure of every scenario that reads all records at its end. */
  static final String WRONG = "wrong records";

  private static final double LINGER =
      WindowSettings.from(new ApplicationProperties(Map.of()).group("window")).maxAge().toMillis()
          / 1e3;

  private static final String CORES =
      "Chroma's cost depends on its threads staying on one core. The requests of the job for 16,000"
          + " updates, recorded and sent again by a plain client, took 1.2 to 1.4 CPU seconds with"
          + " Chroma bound to one core, 1.5 to 2.0 without, 2.0 to 2.5 two at a time, and 1.9 to 2.1"
          + " in the job, whose JVM computes on the same two cores. So the requests are not the"
          + " reason, nor their order. A single request at once for both writers, and all files in"
          + " memory, changed nothing.";

  private static final String BESIDE_VECTORS =
      "two cores are busy with all of it: Chroma, the Chroma processes that write the deltas,"
          + " DynamoDB Local, the job. A label waits for the requests of both writers that are under"
          + " way, and at a checkpoint for all that is pending, some 500 vectors.";

  private static final List<Target> ALL =
      List.of(
          atMost(
                  "`bin/demo --once`: a label shows, p99",
                  "s",
                  3,
                  BenchScenario.DEMO,
                  PrintedFigure.LABELS_P99.figure().name())
              .limitedBy(BESIDE_VECTORS + " Of 50 edits that are measured the slowest counts."),
          atMost(
              "a label shows when no run loads, 100/s, p99",
              "s",
              1.5,
              BenchScenario.FRESHNESS,
              "100/s, p99"),
          timesBetter(
                  "a waiting backlog, against the baseline",
                  4,
                  BenchScenario.BACKLOG,
                  PrintedFigure.BACKLOG_SECONDS)
              .limitedBy(
                  "10,000 label changes are 13,100 updates, for which Chroma alone needs two seconds"
                      + " of these two cores, while the job starts cold and reads DynamoDB Local on"
                      + " them. With the optimizing compiler the same backlog takes twice as long."),
          atLeast(
                  "job ÷ ceiling: updates",
                  "",
                  0.85,
                  BenchScenario.JOB,
                  "updates, job ÷ plain client")
              .limitedBy(CORES),
          atLeast(
                  "job ÷ ceiling: upserts of 1,536",
                  "",
                  0.95,
                  BenchScenario.JOB,
                  "upserts of 1536, job ÷ plain client")
              .limitedBy(
                  "Chroma itself uses 1.7 of the two cores to index vectors, so the CPU time of the"
                      + " job's JVM is missing there; and the job sends about 100 vectors a request"
                      + " instead of the best 500, so that a label never waits for longer than about"
                      + " half a second for a request."),
          atLeast(
              "job ÷ FIFO queue in batches of 10",
              "",
              8,
              BenchScenario.REPLACED,
              "job ÷ FIFO queue"),
          new Target("wrong records of the job", "", false, 0, Targets::wrong),
          timesBetter(
                  "facts into nothing, against the baseline",
                  5,
                  BenchScenario.FACTS,
                  PrintedFigure.FACTS_PER_SECOND)
              .limitedBy(
                  "a fact takes 118 us of two cores here, of which resolve has two fifths in a profile"
                      + " (a fifth of that is RocksDB's) and mapping a ninth. Making the items, which"
                      + " both sides do, takes 20 us and Flink with the compiler 39 us: without"
                      + " mapping and resolve at all it would be 3 times as fast as the baseline."),
          atLeast(
              "label changes in resolve alone, RocksDB, a core",
              "/CPU s",
              25_000,
              BenchScenario.RESOLVE,
              "label changes, RocksDB"),
          atMost(
              "a label shows at 500/s, p99: linger + 0.7 s",
              "s",
              LINGER + 0.7,
              BenchScenario.FRESHNESS,
              "500/s, p99"),
          atMost(
                  "a label shows at 50/s beside runs, p99",
                  "s",
                  3,
                  BenchScenario.FRESHNESS,
                  "50/s beside runs, p99")
              .limitedBy(BESIDE_VECTORS),
          atLeast(
              "label changes with most state ÷ with least",
              "",
              0.7,
              BenchScenario.GROWTH,
              "most ÷ least"),
          atMost(
              "state",
              " bytes a fact",
              80,
              BenchScenario.FACTS,
              PrintedFigure.BYTES_PER_FACT.figure().name()),
          atLeast(
              "records of a request under backlog",
              "",
              300,
              BenchScenario.JOB,
              "updates, records of a request"),
          atLeast(
              "backlog of one shard, DynamoDB Local",
              "/s",
              10_000,
              BenchScenario.SOURCE,
              "one shard of DynamoDB Local"),
          atLeast(
              "backlog of one shard, five calls a second",
              "/s",
              4_800,
              BenchScenario.SOURCE,
              "one shard, five calls a second"));

  private Targets() {}

  /**
   * One line of the table.
   *
   * @param isLeast whether the limit is the least value that meets the target, else the most
   * @param why what limits where it falls short, as profiles of two cores show it; null = unknown
   */
  private record Target(
      String what,
      String unit,
      boolean isLeast,
      double limit,
      ToDoubleFunction<Measurements> value,
      String why) {

    Target(
        String what,
        String unit,
        boolean isLeast,
        double limit,
        ToDoubleFunction<Measurements> value) {
      this(what, unit, isLeast, limit, value, null);
    }

    Target limitedBy(String reason) {
      return new Target(what, unit, isLeast, limit, value, reason);
    }

    Verdict verdict(Measurements measured) {
      double actual = value.applyAsDouble(measured);
      String target = (isLeast ? "≥ " : "≤ ") + shown(limit) + unit;
      if (Double.isNaN(actual)) {
        return new Verdict(what, target, "", "not measured", null);
      }
      boolean met = isLeast ? actual >= limit : actual <= limit;
      return new Verdict(
          what, target, shown(actual) + unit, met ? "PASS" : "falls short", met ? null : why);
    }
  }

  /**
   * What became of one target.
   *
   * @param measured empty if it was not
   * @param why what limits if it falls short; null = it does not, or nobody knows
   */
  record Verdict(String what, String target, String measured, String verdict, String why) {}

  /** All targets, in the order in which they were set. */
  static List<Verdict> verdicts(Measurements measured) {
    return ALL.stream().map(target -> target.verdict(measured)).toList();
  }

  /** The verdicts as a table of text. */
  static String table(List<Verdict> verdicts) {
    StringBuilder table = new StringBuilder("targets\n");
    for (Verdict each : verdicts) {
      table.append(
          String.format(
              Locale.ROOT,
              "  %-50s %16s %18s   %s%n",
              each.what.replace("`", ""),
              each.target,
              each.measured,
              each.verdict));
    }
    return table.toString();
  }

  /** The most of any scenario; NaN if none was counted. */
  private static double wrong(Measurements measured) {
    return measured.scenarios().stream()
        .mapToDouble(scenario -> measured.median(scenario, WRONG))
        .filter(wrong -> !Double.isNaN(wrong))
        .max()
        .orElse(Double.NaN);
  }

  private static Target atLeast(
      String what, String unit, double limit, BenchScenario scenario, String figure) {
    return new Target(what, unit, true, limit, measured -> measured.median(scenario, figure));
  }

  private static Target atMost(
      String what, String unit, double limit, BenchScenario scenario, String figure) {
    return new Target(what, unit, false, limit, measured -> measured.median(scenario, figure));
  }

  private static Target timesBetter(
      String what, double limit, BenchScenario scenario, PrintedFigure printed) {
    return new Target(
        what,
        " times",
        true,
        limit,
        measured ->
            measured.figures(scenario).contains(printed.figure())
                ? measured.timesBetter(scenario, printed.figure())
                : Double.NaN);
  }

  private static String shown(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.2f", value).replaceFirst("\\.?0+$", "");
  }
}
