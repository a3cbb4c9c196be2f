package io.chromasync.local;

import io.chromasync.local.oracle.Accounting;
import io.chromasync.local.oracle.Agreement;
import io.chromasync.ops.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.flink.util.FileUtils;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What happens in a demo, wherever its job runs: sample receipts, runs that bring their vectors,
 * and live edits, between a real table, a real S3 and a real Chroma, on this machine.
 */
final class DemoScript {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int MOST_IMAGES = 10_000;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Option(
      names = "--once",
      description = "Run a fixed workload, verify all records, and exit: 0 = all records match.")
  private boolean once;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "20",
      description = "Number of images, of 1 to 3 receipts each. Default: ${DEFAULT-VALUE}.")
  private int images;

  @Option(
      names = "--edits",
      paramLabel = "N",
      defaultValue = "600",
      description = "Number of edits with --once. Default: ${DEFAULT-VALUE}.")
  private int edits;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "40",
      description = "Maximum edits per second. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Random seed of receipts and edits. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--any-ports",
      description = "Listen on any free ports instead of the default ports.")
  private boolean anyPorts;

  @Option(names = "--keep", description = "After --once keep everything running until Ctrl-C.")
  private boolean keep;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Where to listen. */
  LocalServers.Ports ports() {
    return anyPorts ? LocalServers.Ports.ANY : LocalServers.Ports.USUAL;
  }

  /** Starts the job on a stage that is set and loaded; running what it returns ends it. */
  interface Start {
    Runnable start(Stage stage) throws IOException;
  }

  /**
   * Plays it.
   *
   * @param conf folder with Flink's config.yaml
   * @return the exit code: 0 only if all agrees
   */
  int run(Path conf, Start job) throws IOException {
    Options options = new Options(spec);
    options.within(1, MOST_IMAGES, "--images", images);
    options.positive("--edits", edits);
    options.positive("--rate", rate);
    Path folder = Files.createTempDirectory("chromasync-demo-");
    LocalLog.writeTo(folder.resolve("demo.log"));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    System.out.println("folder        " + folder + " (removed at the end)");
    try (Stage stage = new Stage(settings(folder, conf), Clock.systemUTC())) {
      System.out.println("DynamoDB      " + stage.servers().dynamoDb());
      System.out.println("S3            " + stage.servers().s3().endpoint());
      System.out.println("Chroma        " + stage.servers().chroma());
      System.out.println("loaded        " + stage.load());
      Runnable end = job.start(stage);
      try {
        return play(stage);
      } finally {
        end.run();
      }
    }
  }

  private int play(Stage stage) {
    System.out.println("web UI        " + stage.webUi());
    System.out.println("seed          " + seed);
    System.out.println(
        """
        Freshness of labels is measured here, from an edit the table accepted until Chroma shows it.
        That of vectors is the job's own, from the item of a run, and up to 60 s too high:
        DynamoDB Local rounds times down to the minute.""");
    stage.probe().start();
    stage.await("the job to catch up", PATIENCE, () -> stage.probe().caughtUp() != null);
    System.out.printf(
        Locale.ROOT,
        "caught up     with all that was loaded, after %.1f s%n",
        stage.probe().caughtUp().toMillis() / 1000.0);
    return edit(stage);
  }

  private Stage.Settings settings(Path folder, Path conf) {
    return new Stage.Settings(folder, conf.toAbsolutePath(), seed, images, ports());
  }

  private int edit(Stage stage) {
    Progress progress = new Progress(stage);
    while (!once || stage.traffic().count() < edits) {
      second(stage, progress, rate);
    }
    Patience patience = new Patience(PATIENCE, System::nanoTime);
    stage.traffic().bringBack();
    while (!stage.runs().isIdle() && !patience.isOverAt(progress.done())) {
      second(stage, progress, 0);
    }
    stage.probe().close();
    List<Agreement> agreements = stage.compare();
    while (!isQuiet(progress, agreements) && !patience.isOverAt(done(progress, agreements))) {
      second(stage, progress, 0);
      agreements = stage.compare();
    }
    progress.end();
    Accounting accounting = new Accounting(stage.flink()::sum);
    while (!accounting.holds() && !patience.isOverAt(done(progress, agreements))) {
      Stage.pause(SECOND);
    }
    System.out.printf(
        Locale.ROOT,
        "read          %,d changes, of which each has %s outcome%n",
        accounting.read(),
        accounting.holds() ? "one" : "NOT one");
    boolean agreed = isQuiet(progress, agreements) && accounting.holds();
    System.out.print(Agreement.report(agreements));
    System.out.println(agreed ? "Chroma agrees with the table." : "Chroma does NOT agree.");
    while (keep) {
      second(stage, progress, 0);
    }
    return agreed ? 0 : 1;
  }

  /** Nothing is left to read, and every record is what it must be. */
  private static boolean isQuiet(Progress progress, List<Agreement> agreements) {
    boolean caughtUp = progress.lagMs() == null || progress.lagMs() == 0;
    return caughtUp && agreements.stream().allMatch(Agreement::holds);
  }

  private static double done(Progress progress, List<Agreement> agreements) {
    return progress.done() + agreements.stream().mapToInt(Agreement::agreed).sum();
  }

  private void second(Stage stage, Progress progress, int atMost) {
    long end = System.nanoTime() + SECOND.toNanos();
    for (int i = 0; i < atMost && System.nanoTime() < end; i++) {
      stage.traffic().next();
    }
    progress.tick();
    stage.probe().check();
    stage.checkJob();
    Stage.pause(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
  }

  private static void delete(Path folder) {
    try {
      FileUtils.deleteDirectory(folder.toFile());
    } catch (IOException e) {
      System.err.println(folder + " could not be removed: " + e.getMessage());
    }
  }
}
