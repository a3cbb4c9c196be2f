package io.chromasync.local;

import io.chromasync.local.FlinkRest.Aggregate;
import io.chromasync.local.oracle.Agreement;
import io.chromasync.local.samples.SampleTable;
import io.chromasync.local.samples.SampleTable.Write;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How fast a backlog of label changes reaches Chroma, with all real parts and checkpoints on:
 * {@code BacklogBenchmark CHANGES}.
 *
 * <p>The job is stopped with a savepoint, the labels of the table change, and the job starts from
 * the savepoint. The clock runs from the moment all its tasks run until the last record is written;
 * then every record is compared with the table.
 */
final class BacklogBenchmark {

  private static final Duration LONG = Duration.ofMinutes(5);

  /** Changes for each image: about four for each of its labels. DynamoDB Local is in memory. */
  private static final int IMAGE_SHARE = 240;

  private static final Map<String, Aggregate> METRICS =
      Map.of(
          "changes_applied", Aggregate.sum,
          "records_updated", Aggregate.sum,
          "mutations_update", Aggregate.sum,
          "mutations_coalesced", Aggregate.sum);

  private BacklogBenchmark() {}

  public static void main(String[] args) throws Exception {
    int changes = Integer.parseInt(args[0]);
    Path folder = Files.createTempDirectory("chromasync-benchmark-");
    LocalLog.writeTo(folder.resolve("benchmark.log"));
    Stage.Settings settings =
        new Stage.Settings(
            folder, Path.of("flink-conf").toAbsolutePath(), 1, changes / IMAGE_SHARE);
    try (Stage stage = new Stage(settings, Clock.systemUTC())) {
      System.out.println("loaded " + stage.load());
      stage.startJob();
      stage.probe().start();
      stage.await("the job to catch up", LONG, () -> stage.probe().caughtUp() != null);
      stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
      stage.probe().close();
      stage.compareUntilAgreed(LONG);
      double applied = stage.flink().metrics(METRICS).get("changes_applied");
      stage.job().stop();
      SampleTable table = stage.table();
      List<Write> backlog = backlog(table, changes);
      table.write(backlog);
      System.out.printf(Locale.ROOT, "%,d label changes wait in the stream%n", backlog.size());

      stage.startJob("--from", "latest");
      long start = System.nanoTime();
      double seconds = secondsUntilWritten(stage, applied + backlog.size(), start);
      Map<String, Double> metrics = stage.flink().metrics(METRICS);
      System.out.printf(
          Locale.ROOT,
          "in Chroma after %.1f s: %,.0f changes applied, %,.0f updates (%,.0f of them coalesced),"
              + " %,.0f records updated%n",
          seconds,
          metrics.get("changes_applied"),
          metrics.get("mutations_update"),
          metrics.get("mutations_coalesced"),
          metrics.get("records_updated"));
      List<Agreement> agreements = stage.compareUntilAgreed(LONG);
      System.out.print(Agreement.report(agreements));
    }
  }

  /**
   * When the last of the records was written; seen by the metrics, which are half a second old.
   *
   * @param applied count of applied changes at the end; a savepoint keeps it
   */
  private static double secondsUntilWritten(Stage stage, double applied, long start) {
    double written = -1;
    long last = start;
    int quiet = 0;
    while (quiet < 8) {
      Stage.pause(Duration.ofMillis(500));
      Map<String, Double> metrics = stage.flink().metrics(METRICS);
      double now = metrics.getOrDefault("records_updated", 0.0);
      boolean isApplied = metrics.getOrDefault("changes_applied", 0.0) >= applied;
      if (now != written) {
        written = now;
        last = System.nanoTime();
        quiet = 0;
      } else if (isApplied) {
        quiet++;
      }
    }
    return (last - start) / 1e9;
  }

  /** Flips the status of labels, each as often as the others. */
  private static List<Write> backlog(SampleTable table, int changes) {
    List<Map<String, AttributeValue>> labels = new ArrayList<>();
    for (Map<String, AttributeValue> item : table.scan()) {
      if (item.get("TYPE").s().equals("RECEIPT_WORD_LABEL")) {
        labels.add(new HashMap<>(item));
      }
    }
    return Stream.iterate(0, i -> i + 1)
        .limit(changes)
        .map(i -> flipped(labels.get(i % labels.size())))
        .toList();
  }

  private static Write flipped(Map<String, AttributeValue> label) {
    boolean valid = label.get("validation_status").s().equals("VALID");
    label.put("validation_status", AttributeValue.fromS(valid ? "INVALID" : "VALID"));
    return new Write(label.get("PK").s(), label.get("SK").s(), new HashMap<>(label));
  }
}
