package io.chromasync.ops;

import io.chromasync.model.Version;
import io.chromasync.resolve.ImageState;
import io.chromasync.snapshot.Exports;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.flink.core.fs.Path;
import org.apache.flink.state.api.functions.KeyedStateBootstrapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code bin/bootstrap}: makes, of exports of the table in S3, the savepoint that a job starts from
 * which is to know the table as it was then, without reading it.
 *
 * <p>Chroma is not told anything: to the job that starts from it, what the export says is what
 * Chroma shows. So it is for collections that are filled already, and what was written otherwise is
 * put right image by image, as each changes, or all at once by {@code bin/snapshot}.
 *
 * <p>Exit codes: 0 it is there, 1 it went wrong and there is no savepoint, 2 it was not asked
 * right.
 */
@Command(
    name = "bin/bootstrap",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Makes a savepoint of exports of the table, a full one and incremental ones after it. A job",
      "that starts from it knows the table as it was then. Chroma is not written: its collections",
      "must be filled already."
    })
public final class Bootstrap implements Callable<Integer> {

  @Option(
      names = "--export",
      paramLabel = "URI",
      required = true,
      split = ",",
      description =
          "The export, s3://bucket/prefix/AWSDynamoDB/ID: the folder that holds its"
              + " manifest-summary.json. Several, in any order: a full one and incremental ones.")
  private List<String> exports;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "Settings of the job that is to start.")
  private java.nio.file.Path config;

  @Option(
      names = "--out",
      paramLabel = "URI",
      required = true,
      description =
          "Folder that becomes the savepoint, as s3://bucket/savepoints/one. Not yet there.")
  private String out;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "How many tasks work at once. Default: the number of processors.")
  private int parallelism = Runtime.getRuntime().availableProcessors();

  @Spec private CommandSpec spec;

  private final Function<Version, KeyedStateBootstrapFunction<String, ImageState>> writer;

  private final InstantSource clock = InstantSource.system();

  private Bootstrap(Function<Version, KeyedStateBootstrapFunction<String, ImageState>> writer) {
    this.writer = writer;
  }

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command. */
  public static CommandLine commandLine() {
    return commandLine(WriteImageStates::new);
  }

  /**
   * The command.
   *
   * @param writer of state that was read as of this version
   */
  static CommandLine commandLine(
      Function<Version, KeyedStateBootstrapFunction<String, ImageState>> writer) {
    return Tool.commandLine(new Bootstrap(writer));
  }

  @Override
  public Integer call() throws Exception {
    Options options = new Options(spec);
    options.within(1, BootstrapJob.MAX_PARALLELISM, "--parallelism", parallelism);
    for (String export : exports) {
      options.check(
          Exports.isUri(export),
          "--export",
          "must be like s3://bucket/prefix/AWSDynamoDB/ID",
          export);
    }
    BootstrapSettings settings = BootstrapSettings.from(OptionFile.settings("--config", config));
    Path savepoint = options.named("--out", out);
    options.check(
        !savepoint.getFileSystem().exists(new Path(savepoint, "_metadata")),
        "--out",
        "must name a folder that is no savepoint yet",
        out);
    options.made("--out", out);
    if (savepoint.getFileSystem().isDistributedFS()) {
      write(settings);
    } else {
      java.nio.file.Path folder = java.nio.file.Path.of(savepoint.getPath());
      FolderLock lock = options.lock("--out", folder, clock.instant());
      try {
        write(settings);
      } finally {
        lock.close();
      }
    }
    print("The savepoint is %s", out);
    return 0;
  }

  private void write(BootstrapSettings settings) throws Exception {
    Exports found = Exports.open(exports, settings.snapshot());
    print("%,d items in %,d exports", found.items(), exports.size());

    StreamExecutionEnvironment env = BootstrapJob.environment(parallelism);
    BootstrapJob job = new BootstrapJob(found, settings.resolve(), out, writer);
    Map<String, Object> counts =
        BootstrapRun.execute(job, env, items -> read(items, found.items()));
    print(
        "%,d facts of %,d images; %,d items are rejected",
        counts.get(BootstrapJob.FACTS),
        counts.get(BootstrapJob.IMAGES),
        counts.get(BootstrapJob.REJECTED));
  }

  private void read(long items, long all) {
    spec.commandLine().getErr().printf(Locale.ROOT, "… %,d of %,d items read%n", items, all);
    spec.commandLine().getErr().flush();
  }

  private void print(String format, Object... args) {
    PrintWriter writer = spec.commandLine().getOut();
    writer.printf(format + "%n", args);
    writer.flush();
  }
}
