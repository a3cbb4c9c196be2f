package io.chromasync.ops;

import io.chromasync.model.Version;
import io.chromasync.resolve.rules.PartitionState;
import io.chromasync.snapshot.export.Exports;
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
 * {@code bin/bootstrap}: converts exports of the table in S3 to a savepoint. A job that starts from
 * it has the state of the table at the time of the exports, without reading the table.
 *
 * <p>Chroma is not written. The started job assumes that Chroma shows the content of the exports,
 * so the collections must be filled already. Deviations are corrected partition by partition, as
 * each changes, or all at once by {@code bin/snapshot}.
 *
 * <p>Exit codes: 0 savepoint written, 1 failed without a savepoint, 2 invalid options.
 */
@Command(
    name = "bin/bootstrap",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Creates a savepoint from exports of the table: a full export and the incremental exports",
      "after it. A job that starts from the savepoint has the state of the table at that time.",
      "Nothing is written to Chroma: its collections must contain the records already.",
      "Runs in this process on Flink, its state processor, RocksDB and its S3 file system. They are",
      "not in the job's jar; the build puts them into Maven's local repository."
    })
public final class Bootstrap implements Callable<Integer> {

  @Option(
      names = "--export",
      paramLabel = "URI",
      required = true,
      split = ",",
      description =
          "Folder of the export that contains its manifest-summary.json:"
              + " s3://bucket/prefix/AWSDynamoDB/ID. Several folders, in any order: a full export"
              + " and incremental exports.")
  private List<String> exports;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "Settings of the job to start.")
  private java.nio.file.Path config;

  @Option(
      names = "--out",
      paramLabel = "URI",
      required = true,
      description =
          "Folder of the savepoint, as s3://bucket/savepoints/one. It must not exist yet.")
  private String out;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Number of parallel tasks. Default: the number of processors.")
  private int parallelism = Runtime.getRuntime().availableProcessors();

  @Spec private CommandSpec spec;

  private final Function<Version, KeyedStateBootstrapFunction<String, PartitionState>> writer;

  private final InstantSource clock = InstantSource.system();

  private Bootstrap(Function<Version, KeyedStateBootstrapFunction<String, PartitionState>> writer) {
    this.writer = writer;
  }

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Creates the command. */
  public static CommandLine commandLine() {
    return commandLine(BootstrapJob::writer);
  }

  /**
   * Creates the command.
   *
   * @param writer creates the writer of state with this snapshot timestamp
   */
  static CommandLine commandLine(
      Function<Version, KeyedStateBootstrapFunction<String, PartitionState>> writer) {
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
        "%,d facts of %,d partitions; %,d items are rejected",
        counts.get(BootstrapJob.FACTS),
        counts.get(BootstrapJob.PARTITIONS),
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
