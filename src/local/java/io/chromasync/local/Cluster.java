package io.chromasync.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.Chromasync;
import io.chromasync.config.FolderUri;
import io.chromasync.ops.FolderLock;
import io.chromasync.ops.Options;
import io.chromasync.ops.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.CoreOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code bin/cluster}: the job as it runs in production, without Docker: its jar, submitted to a
 * JobManager and TaskManagers that are processes of their own.
 *
 * <p>Exit codes: 0 done, 1 it went wrong or is not there, 2 it was not asked right.
 */
@Command(
    name = "bin/cluster",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ClusterDemo.class,
    description = "Runs the job's jar on a Flink cluster of separate processes on this machine.")
public final class Cluster {

  private static final Duration RUN = Duration.ofMinutes(2);

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".cluster",
      scope = ScopeType.INHERIT,
      description =
          "Folder of process ids, logs, checkpoints and savepoints. Default: ${DEFAULT-VALUE}.")
  private Path dir;

  @Option(
      names = "--conf",
      hidden = true,
      defaultValue = "${sys:chromasync.conf:-flink-conf}",
      scope = ScopeType.INHERIT)
  private Path conf;

  @Option(
      names = "--jar",
      hidden = true,
      defaultValue = "${sys:chromasync.jar:-chromasync.jar}",
      scope = ScopeType.INHERIT)
  private Path jar;

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(command().execute(args));
  }

  static CommandLine command() {
    return Tool.commandLine(new Cluster());
  }

  @Command(description = "Starts a JobManager and TaskManagers in the current environment.")
  int start(
      @Option(
              names = "--task-managers",
              paramLabel = "N",
              defaultValue = "2",
              description = "Number of TaskManagers. Default: ${DEFAULT-VALUE}.")
          int taskManagers,
      @Option(
              names = "--ui-port",
              paramLabel = "N",
              defaultValue = "${env:CHROMASYNC_UI_PORT}",
              description =
                  "Port of the web UI; 0 = any free port. Default: the variable CHROMASYNC_UI_PORT,"
                      + " or rest.port of config.yaml, or a free port.")
          Integer uiPort)
      throws IOException {
    options().positive("--task-managers", taskManagers);
    int port = uiPort == null ? FlinkCommands.USUAL_PORT : options().port("--ui-port", uiPort);
    Path conf = conf();
    return alone(
        cluster -> {
          options().notOf(cluster.processes().values(), "--dir", cluster.folder());
          Path state = options().folder("--dir", cluster.folder().resolve("state"));
          FolderLock lock = options().lock("--dir", state, Instant.now());
          try {
            cluster.start(conf, taskManagers, port);
            lock.leaveTo(cluster.processes().get(DetachedCluster.JOB_MANAGER), Instant.now());
          } finally {
            lock.close();
          }
          return status();
        });
  }

  @Command(description = "Ends all processes. A running job ends too, without a savepoint.")
  int stop() throws IOException {
    if (!cluster().isRunning()) {
      System.out.println("No cluster runs in " + cluster().folder() + ".");
      return 0;
    }
    return alone(
        cluster -> {
          List<String> jobs = jobs().unfinished();
          cluster.stop();
          System.out.println("stopped       " + cluster.folder());
          if (!jobs.isEmpty()) {
            System.out.println(
                "A job ran; 'bin/cluster start' and 'submit --from latest' go on from its newest"
                    + " checkpoint.");
          }
          return 0;
        });
  }

  @Command(description = "Submits the job's jar, and waits until all its tasks run.")
  int submit(
      @Option(
              names = "--config",
              paramLabel = "FILE",
              required = true,
              defaultValue = "${env:CHROMASYNC_CONFIG}",
              description = "Application properties. Default: the variable CHROMASYNC_CONFIG.")
          Path config,
      @Option(
              names = "--from",
              paramLabel = "SAVEPOINT",
              description =
                  "Savepoint or checkpoint to start from; 'latest' = the newest in --dir.")
          String from,
      @Option(
              names = "--parallelism",
              paramLabel = "N",
              description = "Parallelism of the job. Default: parallelism.default of config.yaml.")
          Integer parallelism,
      @Option(
              names = "--allow-non-restored-state",
              description = "Drop the state of operators that the job no longer has.")
          boolean allowNonRestoredState)
      throws IOException {
    options().file("--config", config);
    if (parallelism != null) {
      options().within(1, Chromasync.MAX_PARALLELISM, "--parallelism", parallelism);
    }
    String start = from == null ? null : cluster().state().startingPoint(from, options());
    running();
    List<String> jobs = jobs().unfinished();
    if (!jobs.isEmpty()) {
      System.err.printf(
          "Job %s runs already; 'bin/cluster stop-with-savepoint' stops it.%n", jobs.get(0));
      return 1;
    }
    SubmittedJob job = new SubmittedJob(jar().toString(), config.toAbsolutePath().toString());
    int wanted =
        parallelism == null
            ? cluster().commands().configuration().get(CoreOptions.DEFAULT_PARALLELISM)
            : parallelism;
    return alone(
        cluster -> {
          checkSlots(wanted, "--parallelism");
          job.write(cluster.folder());
          return run(job, wanted, start, allowNonRestoredState);
        });
  }

  @Command(description = "Prints the processes, the job's state, its checkpoints and savepoints.")
  int status() throws IOException {
    DetachedCluster cluster = cluster();
    System.out.println("folder        " + cluster.folder());
    if (!cluster.isRunning()) {
      System.out.println("processes     none");
      return 1;
    }
    System.out.println("web UI        " + cluster.commands().webUi());
    cluster
        .processes()
        .forEach((name, one) -> System.out.printf("process       %s, id %s%n", name, one.pid()));
    FlinkRest rest = new FlinkRest(cluster.commands().webUi());
    System.out.println(
        "free slots    " + rest.freeSlots().values().stream().mapToInt(free -> free).sum());
    for (String id : jobs().unfinished()) {
      FlinkJobs.Job job = jobs().job(id);
      System.out.printf(
          "job           %s, %s, parallelism %s%n", job.id(), job.state(), job.parallelism());
    }
    Optional<Path> latest = cluster.state().latest();
    System.out.println("latest state  " + latest.map(Path::toString).orElse("none"));
    return 0;
  }

  @Command(description = "Takes a savepoint of the job and prints its path; the job continues.")
  int savepoint() throws IOException {
    System.out.println("savepoint     " + FolderUri.shown(jobs().savepoint(onlyJob())));
    return 0;
  }

  @Command(
      name = "stop-with-savepoint",
      description = "Stops the job with a savepoint and prints its path; the cluster continues.")
  int stopWithSavepoint() throws IOException {
    System.out.println("savepoint     " + FolderUri.shown(jobs().stop(onlyJob())));
    return 0;
  }

  @Command(
      description = "Stops the job with a savepoint and restarts it from there at parallelism N.")
  int rescale(@Parameters(paramLabel = "N", description = "The new parallelism.") int parallelism)
      throws IOException {
    options().within(1, Chromasync.MAX_PARALLELISM, "N", parallelism);
    SubmittedJob job = SubmittedJob.read(cluster().folder());
    checkSlots(parallelism, "N");
    return alone(
        cluster -> {
          String savepoint = jobs().stop(onlyJob());
          System.out.println("savepoint     " + FolderUri.shown(savepoint));
          return run(job, parallelism, savepoint, false);
        });
  }

  @Command(description = "Prints the end of the log of one process, or of all processes.")
  int logs(
      @Parameters(
              paramLabel = "PROCESS",
              arity = "0..1",
              description = "Name of the process, as printed by 'status'.")
          String process,
      @Option(
              names = "--lines",
              paramLabel = "N",
              defaultValue = "20",
              description = "Number of lines. Default: ${DEFAULT-VALUE}.")
          int lines)
      throws IOException {
    DetachedCluster cluster = cluster();
    Path logs = cluster.folder().resolve("logs");
    options().positive("--lines", lines);
    options().check(Files.isDirectory(logs), "--dir", "must be of a cluster that was started", dir);
    List<String> names;
    try (Stream<Path> files = Files.list(logs)) {
      names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".log"))
              .map(name -> name.substring(0, name.length() - ".log".length()))
              .filter(name -> process == null || name.equals(process))
              .sorted()
              .toList();
    }
    options().check(!names.isEmpty(), "PROCESS", "must have a log in " + logs, process);
    for (String name : names) {
      System.out.println(logs.resolve(name + ".log"));
      System.out.println(cluster.tail(name, lines));
    }
    return 0;
  }

  private int run(SubmittedJob job, int parallelism, String from, boolean allowNonRestoredState)
      throws IOException {
    String stored = jobs().upload(Path.of(job.jar()));
    List<String> arguments = List.of("--config", job.config());
    String id =
        jobs().run(stored, new FlinkJobs.Run(arguments, parallelism, from, allowNonRestoredState));
    System.out.println("job           " + id);
    System.out.println(
        "starts from   " + (from == null ? "no earlier state" : FolderUri.shown(from)));
    FlinkRest rest = new FlinkRest(cluster().commands().webUi());
    long deadline = System.nanoTime() + RUN.toNanos();
    while (!rest.isRunning()) {
      Optional<String> failure = rest.failure();
      if (failure.isPresent() || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            failure
                .map(trace -> "The job failed: " + RootCause.ofTrace(trace))
                .orElse("The job does not run yet; 'bin/cluster logs' may say why"));
      }
      Stage.pause(Duration.ofMillis(200));
    }
    System.out.println("running       all tasks, parallelism " + parallelism);
    return 0;
  }

  private void checkSlots(int parallelism, String option) throws IOException {
    int slots = 0;
    for (JsonNode each :
        new JsonHttp(cluster().commands().webUi()).get("/taskmanagers").get("taskmanagers")) {
      slots += each.get("slotsNumber").asInt();
    }
    options()
        .check(
            parallelism > 0 && parallelism <= slots,
            option,
            "must be at least 1 and at most the cluster's %s slots ('start --task-managers N')"
                .formatted(slots),
            parallelism);
  }

  /** Folder with Flink's config.yaml. */
  Path conf() {
    options()
        .check(
            Files.isReadable(conf.resolve("config.yaml")), "--conf", "must hold config.yaml", conf);
    return conf.toAbsolutePath();
  }

  /** The job's jar. */
  Path jar() {
    options()
        .check(
            Files.isReadable(jar), "--jar", "must be the job's jar ('mvn package' makes it)", jar);
    return jar.toAbsolutePath();
  }

  private String onlyJob() throws IOException {
    List<String> jobs = jobs().unfinished();
    if (jobs.size() != 1) {
      throw new IllegalStateException(
          "One job must run but " + (jobs.isEmpty() ? "none does." : jobs + " do."));
    }
    return jobs.get(0);
  }

  private FlinkJobs jobs() throws IOException {
    return new FlinkJobs(running().commands().webUi());
  }

  private DetachedCluster running() throws IOException {
    DetachedCluster cluster = cluster();
    if (!cluster.isRunning()) {
      throw new IllegalStateException(
          "No cluster runs in %s; 'bin/cluster start' starts one.".formatted(cluster.folder()));
    }
    return cluster;
  }

  private DetachedCluster cluster() {
    return new DetachedCluster(dir);
  }

  private Options options() {
    return new Options(spec);
  }

  /** What changes a cluster. */
  private interface Change {
    int make(DetachedCluster cluster) throws IOException;
  }

  /** Makes a change while no other command makes one. */
  private int alone(Change change) throws IOException {
    Path folder = options().folder("--dir", dir);
    FolderLock lock = options().lock("--dir", folder, Instant.now());
    try {
      return change.make(new DetachedCluster(folder));
    } finally {
      lock.close();
    }
  }
}
