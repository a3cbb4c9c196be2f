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

  private static final String BESIDE =
      "Chroma takes a quarter to a half more CPU seconds for the same records while the job runs on"
          + " the other core than while the plain client does. It is not the number of requests at"
          + " once (one for both writers changed nothing), nor their size, nor the disk (all files in"
          + " memory changed nothing). Besides, each turn of two seconds has the job's linger, its"
          + " pauses at checkpoints, and code that is still being compiled.";

  private static final List<Target> ALL =
      List.of(
          atMost(
                  "`bin/demo --once`: a label shows, p99",
                  "s",
                  3,
                  Scenario.DEMO,
                  PrintedFigure.LABELS_P99.figure().name())
              .limitedBy(
                  "two cores are busy with all of it: Chroma, the Chroma processes that write the"
                      + " deltas, DynamoDB Local, the job. A label waits for the requests of both"
                      + " writers that are under way, and at a checkpoint for all that is pending,"
                      + " some 500 vectors; of 50 edits that are measured the slowest counts."),
          atMost(
              "a label shows when no run loads, 100/s, p99",
              "s",
              1.5,
              Scenario.FRESHNESS,
              "100/s, p99"),
          timesBetter(
              "a waiting backlog, against the baseline",
              4,
              Scenario.BACKLOG,
              PrintedFigure.BACKLOG_SECONDS),
          atLeast("job ÷ ceiling: updates", "", 0.85, Scenario.JOB, "updates, job ÷ plain client")
              .limitedBy(BESIDE),
          atLeast(
                  "job ÷ ceiling: upserts of 1,536",
                  "",
                  0.95,
                  Scenario.JOB,
                  "upserts of 1536, job ÷ plain client")
              .limitedBy(BESIDE),
          atLeast(
              "job ÷ FIFO queue in batches of 10", "", 8, Scenario.REPLACED, "job ÷ FIFO queue"),
          new Target("wrong records of the job", "", false, 0, Targets::wrong),
          timesBetter(
                  "facts into nothing, against the baseline",
                  5,
                  Scenario.FACTS,
                  PrintedFigure.FACTS_PER_SECOND)
              .limitedBy(
                  "in a profile, resolve has two fifths of the samples, of which a fifth is RocksDB's,"
                      + " and mapping a ninth; making the items, which is part of both, takes a"
                      + " sixth of the time here; the rest is Flink's and the compiler's."),
          atLeast(
              "label changes in resolve alone, RocksDB, a core",
              "/CPU s",
              25_000,
              Scenario.RESOLVE,
              "label changes, RocksDB"),
          atMost(
              "a label shows at 500/s, p99: linger + 0.7 s",
              "s",
              LINGER + 0.7,
              Scenario.FRESHNESS,
              "500/s, p99"),
          atMost(
              "a label shows at 50/s beside runs, p99",
              "s",
              3,
              Scenario.FRESHNESS,
              "50/s beside runs, p99"),
          atLeast(
              "label changes with most state ÷ with least",
              "",
              0.7,
              Scenario.GROWTH,
              "most ÷ least"),
          atMost(
              "state",
              " bytes a fact",
              80,
              Scenario.FACTS,
              PrintedFigure.BYTES_PER_FACT.figure().name()),
          atLeast(
              "records of a request under backlog",
              "",
              300,
              Scenario.JOB,
              "updates, records of a request"),
          atLeast(
              "backlog of one shard, DynamoDB Local",
              "/s",
              10_000,
              Scenario.SOURCE,
              "one shard of DynamoDB Local"),
          atLeast(
              "backlog of one shard, five calls a second",
              "/s",
              4_800,
              Scenario.SOURCE,
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
      String what, String unit, double limit, Scenario scenario, String figure) {
    return new Target(what, unit, true, limit, measured -> measured.median(scenario, figure));
  }

  private static Target atMost(
      String what, String unit, double limit, Scenario scenario, String figure) {
    return new Target(what, unit, false, limit, measured -> measured.median(scenario, figure));
  }

  private static Target timesBetter(
      String what, double limit, Scenario scenario, PrintedFigure printed) {
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
