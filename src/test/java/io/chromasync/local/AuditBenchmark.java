package io.chromasync.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.bench.Figure;
import io.chromasync.bench.FigureLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * {@code bin/audit} beside a running job, while labels are edited: its time and memory, and the
 * freshness of the edits without it and during it. {@code AuditBenchmark RECORDS}, about.
 */
final class AuditBenchmark {

  private static final Duration LONG = Duration.ofMinutes(20);
  private static final Duration ALONE = Duration.ofSeconds(60);
  private static final int EDITS_PER_SECOND = 10;

  /** Records of a sample image, about. */
  private static final int RECORDS_PER_IMAGE = 260;

  private AuditBenchmark() {}

  public static void main(String[] args) throws Exception {
    int images = Math.max(2, Integer.parseInt(args[0]) / RECORDS_PER_IMAGE);
    Path folder = Files.createTempDirectory("chromasync-benchmark-");
    LocalLog.writeTo(folder.resolve("benchmark.log"));
    Stage.Settings settings =
        new Stage.Settings(folder, Path.of(System.getProperty("chromasync.conf")), 1, images);
    try (Stage stage = new Stage(settings, Clock.systemUTC())) {
      FigureLine.step("load %s", stage.load());
      stage.startJob();
      stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
      stage.compareUntilAgreed(LONG);
      LabelLoad load = new LabelLoad(stage.table(), stage.chroma(), id -> true);
      FigureLine.step("edits alone");
      measure(load, "edits alone", after(ALONE));
      FigureLine.step("edits during the audit");
      Process audit = start(stage);
      AtomicLong memory = new AtomicLong();
      long begun = System.nanoTime();
      measure(
          load,
          "edits during the audit",
          () -> {
            memory.accumulateAndGet(peak(audit), Math::max);
            return !audit.isAlive();
          });
      print(stage, audit, (System.nanoTime() - begun) / 1e9, memory.get());
    }
  }

  private static Process start(Stage stage) throws IOException {
    Path config = stage.writeConfig(stage.servers().chroma());
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("chromasync.conf"))
                    .resolveSibling("bin/audit")
                    .toString(),
                "--config",
                config.toString(),
                "--vectors",
                "--html",
                stage.folder().resolve("audit.html").toString(),
                "--json",
                stage.folder().resolve("audit.json").toString()));
    builder.environment().putAll(Stage.CREDENTIALS);
    builder.environment().put("CHROMASYNC_BUILT", "yes");
    return builder.inheritIO().start();
  }

  private static void measure(LabelLoad load, String name, BooleanSupplier isOver) {
    LabelLoad.Result result = load.run(EDITS_PER_SECOND, isOver);
    FigureLine.print(Figure.cost(name + ", p50", "s"), result.percentile(50));
    FigureLine.print(Figure.cost(name + ", p99", "s"), result.percentile(99));
  }

  private static void print(Stage stage, Process audit, double seconds, long kilobytes)
      throws IOException {
    JsonNode report = JsonHttp.JSON.readTree(stage.folder().resolve("audit.json").toFile());
    long records = 0;
    for (JsonNode collection : report.get("collections")) {
      records += collection.get("found").asLong();
    }
    FigureLine.print(Figure.note("records audited", "records"), (double) records);
    FigureLine.print(Figure.cost("audit", "s"), seconds);
    FigureLine.print(Figure.cost("memory of the audit at most", "MB"), kilobytes / 1024.0);
    FigureLine.print(
        Figure.note("differences found", "records"), report.get("differences").asDouble());
    FigureLine.print(Figure.note("unverified", "records"), report.get("unverified").size());
    FigureLine.step("exit code %s", audit.exitValue());
  }

  private static BooleanSupplier after(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    return () -> System.nanoTime() > end;
  }

  /** Most memory that a process has had resident so far, in kilobytes; 0 once it has ended. */
  private static long peak(Process process) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException ended) {
      return 0;
    }
  }
}
