package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.config.FolderUri;
import io.chromasync.local.LocalServers.Ports;
import io.chromasync.local.oracle.Accounting;
import io.chromasync.local.oracle.Agreement;
import io.chromasync.testing.Fault;
import io.chromasync.testing.FaultPlan;
import io.chromasync.testing.FaultProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The job on a cluster of processes, under load, with a faulty network before Chroma; and the ways
 * to disturb it. Each ends when the job writes again and every record agrees with the table.
 *
 * <p>Used by one thread.
 */
final class Chaos implements AutoCloseable {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration BETWEEN_EDITS = Duration.ofMillis(10);
  private static final int TASK_MANAGERS = 2;

  // What is killed comes back where it was, so nobody may take its port meanwhile: these are not
  // the usual ones of other tests, nor those that a system gives to connections.
  private static final Ports PORTS = new Ports(0, 0, 8300, 8381);

  /**
   * Seconds rather than a minute until a dead process is noticed, and a checkpoint is there; and
   * processes that start quickly rather than run quickly.
   */
  private static final Map<String, String> BRISK =
      Map.of(
          "env.java.opts.jobmanager", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
          "env.java.opts.taskmanager", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
          "heartbeat.interval", "1 s",
          "heartbeat.timeout", "8 s",
          "cluster.registration.error-delay", "1 s",
          "taskmanager.slot.timeout", "2 s",
          "execution.checkpointing.interval", "2 s",
          "taskmanager.load-balance.mode", "SLOTS");

  private final Clock clock = Clock.systemUTC();
  private final Settings settings;
  private final Stage stage;
  private final FaultProxy proxy;
  private final ClusterProcesses cluster;
  private final FreshWatch watch;
  private final List<String> arguments;
  private int parallelism;

  /**
   * What is disturbed.
   *
   * @param folder for everything that is written
   * @param jar of the job
   * @param plan of the faults before Chroma; its seed also decides receipts and edits
   * @param load how long edits go on before a disturbance, and after it
   */
  record Settings(Path folder, Path jar, FaultPlan plan, int images, Duration load) {}

  /** Something that is done to the job; returns when its cause is gone and the job runs again. */
  interface Disturbance {
    void strike() throws IOException;
  }

  Chaos(Settings settings) throws IOException {
    this.settings = settings;
    long seed = settings.plan().seed();
    Path conf = Path.of("flink-conf").toAbsolutePath();
    stage =
        new Stage(
            new Stage.Settings(settings.folder(), conf, seed, settings.images(), PORTS), clock);
    proxy = FaultProxy.start(URI.create(stage.servers().chroma()), clock);
    proxy.inject(settings.plan());
    watch = new FreshWatch(stage.probe(), stage.chroma(), clock);
    arguments = List.of("--config", stage.writeConfig(proxy.url().toString()).toString());
    cluster =
        new ClusterProcesses(
            new ClusterProcesses.Settings(
                settings.folder().resolve("cluster"), conf, BRISK, Stage.CREDENTIALS, PORTS.ui()));
  }

  /** Starts the cluster and the job, and loads the table. */
  Recovery start(int parallelism) throws IOException {
    return disturb(
        "start",
        () -> {
          stage.load();
          cluster.start(TASK_MANAGERS);
          run(parallelism, null);
          watch.start();
        });
  }

  /** Reader beside the disturbances, which waits for its own writes. */
  FreshWatch watch() {
    return watch;
  }

  Recovery killTaskManager() throws IOException {
    return disturb(
        "kill -9 of a TaskManager",
        () -> {
          long before = cluster.rest().restarts().orElseThrow();
          cluster.killBusiestTaskManager();
          cluster.startTaskManager();
          whileLoaded(
              "the job to be restarted",
              () -> cluster.rest().restarts().filter(now -> now > before).isPresent());
          awaitRunning();
        });
  }

  /** The job runs again from the newest checkpoint on disk, when no task of the old one does. */
  Recovery killJobManager() throws IOException {
    return disturb(
        "kill -9 of the JobManager",
        () -> {
          cluster.killJobManager();
          cluster.startJobManager();
          whileLoaded("the TaskManagers to be back and free", cluster::isIdle);
          run(parallelism, FolderUri.ofLocal(cluster.state().latest().orElseThrow()));
        });
  }

  Recovery killChroma() throws IOException {
    return disturb(
        "kill -9 of Chroma",
        () -> {
          stage.servers().killChroma();
          loadFor(settings.load());
          stage.servers().restartChroma();
        });
  }

  Recovery rescale(int next) throws IOException {
    return disturb(
        "rescale %s → %s by savepoint".formatted(parallelism, next),
        () -> run(next, cluster.jobs().stop(onlyJob())));
  }

  Recovery stall(Duration time) throws IOException {
    return disturb(
        "%s s in which nothing passes to Chroma".formatted(time.toSeconds()),
        () -> {
          proxy.stall();
          loadFor(time);
          proxy.resume();
        });
  }

  /** All that was removed comes back. */
  Recovery bringBack() throws IOException {
    return disturb("the return of what was removed", stage.traffic()::bringBack);
  }

  /** How many faults of each kind there were. */
  Map<Fault, Long> faults() {
    return proxy.injected();
  }

  FlinkRest rest() {
    return cluster.rest();
  }

  private Recovery disturb(String what, Disturbance disturbance) throws IOException {
    Map<Fault, Long> faultsBefore = proxy.injected();
    int editsBefore = stage.traffic().count();
    if (parallelism > 0) {
      loadFor(settings.load());
    }
    Instant struck = clock.instant();
    disturbance.strike();
    Instant over = clock.instant();
    whileLoaded("the job to write", () -> proxy.firstWriteSince(over) != null);
    loadFor(settings.load());
    int edits = stage.traffic().count() - editsBefore;
    List<Agreement> agreements = agree();
    Recovery recovery =
        new Recovery(
            what,
            edits,
            since(faultsBefore),
            Duration.between(struck, over),
            Duration.between(struck, proxy.firstWriteSince(over)),
            Duration.between(struck, clock.instant()),
            agreements.stream().mapToInt(Agreement::expected).sum());
    assertStillAgrees();
    return recovery;
  }

  private List<Agreement> agree() {
    stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
    List<Agreement> agreements = stage.compareUntilAgreed(LONG);
    assertThat(agreements)
        .as(() -> Agreement.report(agreements) + cluster.rest().failure().orElse(""))
        .allMatch(Agreement::holds);
    return agreements;
  }

  /** What is written again after a restart may undo an agreement for a while. */
  private void assertStillAgrees() {
    Instant agreed = clock.instant();
    await("a checkpoint", () -> cluster.rest().hasCheckpointSince(agreed));
    List<Agreement> agreements = stage.compare();
    assertThat(agreements).as(() -> Agreement.report(agreements)).allMatch(Agreement::holds);
    Accounting accounting = new Accounting(cluster.rest()::sum);
    await("all that was read to be accounted for", accounting::holds);
  }

  private void run(int next, String from) throws IOException {
    String jar = cluster.jobs().upload(settings.jar());
    cluster.jobs().run(jar, new FlinkJobs.Run(arguments, next, from));
    parallelism = next;
    awaitRunning();
  }

  private String onlyJob() {
    List<String> jobs = cluster.jobs().unfinished();
    assertThat(jobs).as("jobs that run").hasSize(1);
    return jobs.get(0);
  }

  private void awaitRunning() {
    whileLoaded("the job to run", cluster.rest()::isRunning);
  }

  private void loadFor(Duration time) {
    Instant end = clock.instant().plus(time);
    whileLoaded("time to pass", () -> clock.instant().isAfter(end));
  }

  /** Edits the table until something has come about. */
  private void whileLoaded(String what, BooleanSupplier condition) {
    await(
        what,
        () -> {
          stage.traffic().next();
          Stage.pause(BETWEEN_EDITS);
          return condition.getAsBoolean();
        });
  }

  private void await(String what, BooleanSupplier condition) {
    stage.await(
        what,
        LONG,
        () -> {
          cluster
              .rest()
              .failure()
              .ifPresent(
                  reason -> {
                    throw new IllegalStateException("the job failed: " + reason);
                  });
          return condition.getAsBoolean();
        });
  }

  private Map<Fault, Long> since(Map<Fault, Long> before) {
    Map<Fault, Long> since = new EnumMap<>(Fault.class);
    proxy
        .injected()
        .forEach((fault, count) -> since.put(fault, count - before.getOrDefault(fault, 0L)));
    since.values().removeIf(count -> count == 0);
    return since;
  }

  @Override
  public void close() {
    watch.close();
    cluster.close();
    proxy.close();
    stage.close();
  }
}
