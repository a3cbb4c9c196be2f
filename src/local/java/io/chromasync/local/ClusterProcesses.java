package io.chromasync.local;

import static java.util.stream.Collectors.toMap;

import io.chromasync.local.servers.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.flink.configuration.TaskManagerOptions;

/**
 * A Flink cluster on this machine without Docker: a JobManager and TaskManagers, each a process of
 * its own that can be killed and started again, and that ends with this JVM at the latest; {@link
 * DetachedCluster} outlives it. No high availability: what a JobManager knew of jobs dies with it,
 * and a job is run again from its last checkpoint.
 *
 * <p>Used by one thread.
 */
final class ClusterProcesses implements AutoCloseable {

  private final Settings settings;
  private final JobState state;
  private final FlinkCommands commands;
  private final FlinkRest rest;
  private final FlinkJobs jobs;
  private final Map<String, ServerProcess> taskManagers = new ConcurrentSkipListMap<>();
  private final AtomicInteger started = new AtomicInteger();
  private volatile ServerProcess jobManager;

  /**
   * What the cluster is made of.
   *
   * @param folder for state, logs and everything else that is written
   * @param conf folder with Flink's config.yaml
   * @param flink settings of Flink instead of those in config.yaml, by key
   * @param environment added to this process's, for all of the cluster
   * @param uiPort of the web UI and the REST API; another if it is taken, 0 = any
   */
  record Settings(
      Path folder,
      Path conf,
      Map<String, String> flink,
      Map<String, String> environment,
      int uiPort) {}

  /** Prepares a cluster of which nothing runs yet. */
  ClusterProcesses(Settings settings) throws IOException {
    this.settings = settings;
    this.state = JobState.in(settings.folder().resolve("state"));
    this.commands =
        FlinkCommands.prepare(
            settings.folder(), settings.conf(), settings.flink(), settings.uiPort());
    this.rest = new FlinkRest(webUi());
    this.jobs = new FlinkJobs(webUi());
  }

  String webUi() {
    return commands.webUi();
  }

  FlinkRest rest() {
    return rest;
  }

  FlinkJobs jobs() {
    return jobs;
  }

  /** Where checkpoints and savepoints are. */
  JobState state() {
    return state;
  }

  /** The folder with a log of each process that was started. */
  Path logs() {
    return commands.logs();
  }

  /** Starts a JobManager and TaskManagers, and waits until they know each other. */
  void start(int count) {
    ExecutorService threads = Executors.newFixedThreadPool(count + 1);
    try {
      List<Future<?>> starts = new ArrayList<>();
      starts.add(threads.submit(this::startJobManager));
      for (int i = 0; i < count; i++) {
        starts.add(threads.submit(this::startTaskManager));
      }
      for (Future<?> start : starts) {
        start.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the cluster did not start", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the cluster started", e);
    } finally {
      threads.shutdown();
    }
  }

  /** Starts the JobManager and waits until it answers. */
  void startJobManager() {
    String name = "jobmanager-" + started.incrementAndGet();
    jobManager = start(name, commands.jobManager(name), rest::isUp);
  }

  /** Kills the JobManager, and all it knew. */
  void killJobManager() {
    jobManager.kill();
  }

  /** Starts one more TaskManager and waits until the JobManager knows it. */
  void startTaskManager() {
    String name = "taskmanager-" + started.incrementAndGet();
    BooleanSupplier known = () -> rest.freeSlots().containsKey(name);
    taskManagers.put(name, start(name, commands.taskManager(name), known));
  }

  /** Kills the TaskManager that has the least free slots. */
  void killBusiestTaskManager() {
    Map<String, Integer> free = rest.freeSlots();
    String busiest =
        taskManagers.keySet().stream()
            .filter(free::containsKey)
            .min(Comparator.comparing(free::get))
            .orElseThrow(() -> new IllegalStateException("no TaskManager of ours is known"));
    taskManagers.remove(busiest).kill();
  }

  /** Whether the JobManager knows all TaskManagers that run, and no slot is in use. */
  boolean isIdle() {
    Map<String, Integer> free = rest.freeSlots();
    int slots = commands.configuration().get(TaskManagerOptions.NUM_TASK_SLOTS);
    return free.equals(taskManagers.keySet().stream().collect(toMap(name -> name, name -> slots)));
  }

  private ServerProcess start(String name, List<String> command, BooleanSupplier ready) {
    return ServerProcess.start(name, command, settings.environment(), settings.folder(), ready);
  }

  /** Ends all processes; a job that runs is not stopped but ends with them. */
  @Override
  public void close() {
    // First, or it would restart the job with each TaskManager that goes.
    if (jobManager != null) {
      jobManager.close();
    }
    taskManagers.values().forEach(ServerProcess::close);
  }
}
