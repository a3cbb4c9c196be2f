package io.chromasync.local;

import io.chromasync.local.FlinkRest.Aggregate;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * One line a second that says how it goes: edits made, runs produced, changes applied and
 * superseded, records written and in how many requests, how far the job is behind the table, and
 * how old what Chroma shows is: edits of labels apart from the vectors of runs.
 *
 * <p>The job's numbers come from Flink's metrics and begin anew when it restarts; freshness of
 * labels is the demo's own measurement.
 */
final class Progress {

  private static final Map<String, Aggregate> METRICS =
      Map.of(
          "changes_applied", Aggregate.sum,
          "changes_superseded", Aggregate.sum,
          "records_upserted", Aggregate.sum,
          "records_updated", Aggregate.sum,
          "records_deleted", Aggregate.sum,
          "requests_sent", Aggregate.sum,
          "vector_freshness_p50_ms", Aggregate.max,
          "vector_freshness_p99_ms", Aggregate.max,
          "lag_ms", Aggregate.max);

  private final Stage stage;

  /** Whether the line replaces itself: bin/demo says so where the output is a terminal. */
  private final boolean live = Boolean.getBoolean("chromasync.live");

  private long lastTick = System.nanoTime();
  private double lastApplied;
  private double lastWritten;
  private double lastRequests;
  private Map<String, Double> metrics = Map.of();

  Progress(Stage stage) {
    this.stage = stage;
  }

  /** How far the job is behind, or null if it does not say. */
  Double lagMs() {
    return metrics.get("lag_ms");
  }

  /** How much was done: edits, runs, changes applied, records written. */
  double done() {
    return stage.traffic().count()
        + stage.runs().produced()
        + metrics.getOrDefault("changes_applied", 0.0)
        + written();
  }

  private double written() {
    return metrics.getOrDefault("records_upserted", 0.0)
        + metrics.getOrDefault("records_updated", 0.0)
        + metrics.getOrDefault("records_deleted", 0.0);
  }

  void tick() {
    metrics = stage.flink().metrics(METRICS);
    double seconds = (System.nanoTime() - lastTick) / 1e9;
    double applied = metrics.getOrDefault("changes_applied", 0.0);
    double requests = metrics.getOrDefault("requests_sent", 0.0);
    double written = written();
    String line =
        String.format(
            Locale.ROOT,
            "%,d edits · %,d of %,d runs · %,.0f applied (%,.0f/s) · %,.0f superseded"
                + " · %,.0f written (%,.0f requests/s, %,.0f records each) · lag %s"
                + " · labels p50 %s p99 %s · vectors p50 %s p99 %s",
            stage.traffic().count(),
            stage.runs().produced(),
            stage.runs().planned(),
            applied,
            Math.max(0, applied - lastApplied) / seconds,
            metrics.getOrDefault("changes_superseded", 0.0),
            written,
            Math.max(0, requests - lastRequests) / seconds,
            requests > lastRequests ? (written - lastWritten) / (requests - lastRequests) : 0,
            lagMs() == null ? "?" : seconds(lagMs() / 1000),
            freshness(50),
            freshness(99),
            vectorFreshness(50),
            vectorFreshness(99));
    if (live) {
      System.out.print("\r" + line + " ".repeat(8));
      System.out.flush();
    } else {
      System.out.println(line);
    }
    lastTick = System.nanoTime();
    lastApplied = applied;
    lastWritten = written;
    lastRequests = requests;
  }

  /** Ends the live line. */
  void end() {
    if (live) {
      System.out.println();
    }
  }

  private String freshness(int percent) {
    Duration age = stage.probe().percentile(percent);
    return age == null ? "?" : seconds(age.toMillis() / 1000.0);
  }

  private String vectorFreshness(int percent) {
    Double millis = metrics.get("vector_freshness_p%s_ms".formatted(percent));
    return millis == null ? "?" : seconds(millis / 1000);
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f s", seconds);
  }
}
