package io.chromasync.local;

import io.chromasync.Chromasync;
import io.chromasync.config.FolderUri;
import io.chromasync.config.InvalidSettings;
import io.chromasync.local.servers.ServerProcess;
import io.chromasync.ops.FolderLock;
import io.chromasync.ops.Options;
import io.chromasync.ops.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.WebOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code bin/job}: runs the job's own {@code main} on an embedded Flink with its web UI.
 *
 * <p>The first SIGTERM or SIGINT stops the job with a savepoint and prints its path; a second one
 * ends the process at once. Exit codes: 0 stopped or finished, 1 the job failed, 2 it was not asked
 * right (options, settings).
 */
@Command(
    name = "bin/job",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = "Runs Chromasync on an embedded Flink against the endpoints in FILE.")
public final class JobRunner implements Callable<Integer> {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      defaultValue = "${env:CHROMASYNC_CONFIG}",
      description = "Application properties (JSON). Default: the variable CHROMASYNC_CONFIG.")
  private Path config;

  @Option(
      names = "--conf",
      paramLabel = "DIR",
      defaultValue = "${sys:chromasync.conf:-flink-conf}",
      description = "Folder with Flink's config.yaml. Default: ${DEFAULT-VALUE}.")
  private Path conf;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "Folder for checkpoints, savepoints and the log. Default: FILE.state.")
  private Path state;

  @Option(
      names = "--from",
      paramLabel = "PATH",
      description = "Checkpoint or savepoint to start from; 'latest' = the newest in --state.")
  private String from;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Parallelism of the job. Default: parallelism.default of config.yaml.")
  private Integer parallelism;

  @Option(
      names = "--ui-port",
      paramLabel = "N",
      description =
          "Port of the web UI; 0 = any free port. Default: rest.port of config.yaml, or any free"
              + " port if it is in use.")
  private Integer uiPort;

  @Option(names = "--main", hidden = true, defaultValue = "io.chromasync.Chromasync")
  private String main;

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command. */
  static CommandLine commandLine() {
    return Tool.commandLine(new JobRunner());
  }

  @Override
  public Integer call() throws Exception {
    Options options = new Options(spec);
    options.file("--config", config);
    options.check(
        Files.isReadable(conf.resolve("config.yaml")), "--conf", "must hold a config.yaml", conf);
    Path root = options.folder("--state", state == null ? Path.of(config + ".state") : state);
    FolderLock lock = options.lock("--state", root, Instant.now());
    try {
      return run(JobState.in(root), options);
    } finally {
      lock.close();
    }
  }

  private int run(JobState folder, Options options) throws Exception {
    LocalLog.writeTo(folder.log());
    Configuration flink = configuration(folder, options);
    try (LocalCluster cluster = LocalCluster.start(flink)) {
      tell(cluster, folder, flink);
      StopOnSignal stop = StopOnSignal.install(cluster);
      cluster.run(main, List.of("--config", config.toAbsolutePath().toString()));
      stop.awaitIfRequested();
      return 0;
    } catch (InvalidSettings refused) {
      refused.problems().forEach(System.err::println);
      return 2;
    } catch (Exception failed) {
      System.err.println("The job failed: " + RootCause.sentence(failed));
      System.err.println("log           " + folder.log());
      return 1;
    }
  }

  private Configuration configuration(JobState folder, Options options) throws IOException {
    Configuration flink = GlobalConfiguration.loadConfiguration(conf.toString());
    int port =
        uiPort == null
            ? ServerProcess.freePort(flink.get(RestOptions.PORT))
            : options.port("--ui-port", uiPort);
    flink.set(RestOptions.PORT, port);
    flink.set(RestOptions.BIND_PORT, Integer.toString(port));
    flink.set(RestOptions.ADDRESS, "localhost");
    flink.set(RestOptions.BIND_ADDRESS, "localhost");
    flink.set(WebOptions.LOG_PATH, folder.log().toString());
    folder.configure(flink);
    if (parallelism != null) {
      int most = Chromasync.MAX_PARALLELISM;
      flink.set(
          CoreOptions.DEFAULT_PARALLELISM, options.within(1, most, "--parallelism", parallelism));
    }
    if (from != null) {
      flink.set(StateRecoveryOptions.SAVEPOINT_PATH, folder.startingPoint(from, options));
    }
    return flink;
  }

  private void tell(LocalCluster cluster, JobState folder, Configuration flink) {
    System.out.println("config        " + config.toAbsolutePath());
    System.out.println("web UI        " + cluster.webUi());
    System.out.println("checkpoints   " + folder.checkpoints());
    System.out.println("log           " + folder.log());
    System.out.println(
        "starts from   "
            + flink
                .getOptional(StateRecoveryOptions.SAVEPOINT_PATH)
                .map(FolderUri::shown)
                .orElse("no earlier state"));
    System.out.println("Ctrl-C stops the job with a savepoint; once more kills it.");
  }
}
