package io.chromasync.local;

import static java.util.stream.Collectors.toMap;

import io.chromasync.testing.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
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
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/**
 * A Flink cluster on this machine without Docker: a JobManager and TaskManagers, each a process of
 * its own that can be killed and started again. Memory is what config.yaml gives a process, divided
 * as Flink's own start scripts do it. No high availability: what a JobManager knew of jobs dies
 * with it, and a job is run again from its last checkpoint.
 *
 * <p>The class path is Flink's; a job brings all else in its jar. Used by one thread.
 */
final class ClusterProcesses implements AutoCloseable {

  private static final Path CLASS_PATH = ServerProcess.SERVERS.resolve("cluster.classpath");
  private static final URL LOGGING = ClusterProcesses.class.getResource("/log4j2-local.properties");

  /** Of a JobManager's process, if config.yaml does not say. */
  private static final MemorySize JOB_MANAGER = MemorySize.ofMebiBytes(1024);

  /** What Flink itself passes on JDK 17, as far as the job needs it. */
  private static final List<String> OPENS =
      List.of(
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.time=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED");

  private final Settings settings;
  private final JobState state;
  private final Configuration flink;
  private final Path conf;
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
    this.flink = configuration();
    this.conf = Files.createDirectories(settings.folder().resolve("conf"));
    Files.createDirectories(logs());
    Files.write(
        conf.resolve("config.yaml"), ConfigurationUtils.convertConfigToWritableLines(flink, true));
    this.rest = new FlinkRest(webUi());
    this.jobs = new FlinkJobs(webUi());
  }

  String webUi() {
    return "http://localhost:" + flink.get(RestOptions.PORT);
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
    return settings.folder().resolve("logs");
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
    JobManagerProcessSpec memory = JobManagerProcessUtils.processSpecFromConfig(flink);
    String name = "jobmanager-" + started.incrementAndGet();
    List<String> arguments =
        new ArrayList<>(words(JobManagerProcessUtils.generateDynamicConfigsStr(memory)));
    arguments.add(setting(WebOptions.LOG_PATH, log(name)));
    List<String> options = words(JobManagerProcessUtils.generateJvmParametersStr(memory, flink));
    jobManager =
        start(
            new Part(name, StandaloneSessionClusterEntrypoint.class, options, arguments),
            rest::isUp);
  }

  /** Kills the JobManager, and all it knew. */
  void killJobManager() {
    jobManager.kill();
  }

  /** Starts one more TaskManager and waits until the JobManager knows it. */
  void startTaskManager() {
    TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(flink);
    String name = "taskmanager-" + started.incrementAndGet();
    List<String> arguments =
        new ArrayList<>(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
    arguments.add(setting(TaskManagerOptions.TASK_MANAGER_RESOURCE_ID, name));
    arguments.add(setting(TaskManagerOptions.TASK_MANAGER_LOG_PATH, log(name)));
    List<String> options = words(ProcessMemoryUtils.generateJvmParametersStr(memory));
    taskManagers.put(
        name,
        start(
            new Part(name, TaskManagerRunner.class, options, arguments),
            () -> rest.freeSlots().containsKey(name)));
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
    int slots = flink.get(TaskManagerOptions.NUM_TASK_SLOTS);
    return free.equals(taskManagers.keySet().stream().collect(toMap(name -> name, name -> slots)));
  }

  /** A process: its main class, with options for the JVM and arguments for itself. */
  private record Part(String name, Class<?> main, List<String> options, List<String> arguments) {}

  private ServerProcess start(Part part, BooleanSupplier ready) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(part.options());
    command.addAll(OPENS);
    command.addAll(words(flink.get(CoreOptions.FLINK_JVM_OPTIONS)));
    command.add("-Dchromasync.log=" + log(part.name()));
    command.add("-Dlog4j2.configurationFile=" + LOGGING);
    command.addAll(List.of("-cp", classPath(), part.main().getName()));
    command.addAll(List.of("--configDir", conf.toString()));
    command.addAll(part.arguments());
    return ServerProcess.start(
        part.name(), command, settings.environment(), settings.folder(), ready);
  }

  private Path log(String name) {
    return logs().resolve(name + ".log");
  }

  private static String setting(ConfigOption<?> option, Object value) {
    return "-D%s=%s".formatted(option.key(), value);
  }

  private Configuration configuration() {
    Configuration merged = GlobalConfiguration.loadConfiguration(settings.conf().toString());
    settings.flink().forEach(merged::setString);
    state.configure(merged);
    int port = ServerProcess.freePort(settings.uiPort());
    merged.set(RestOptions.PORT, port);
    merged.set(RestOptions.BIND_PORT, Integer.toString(port));
    merged.set(RestOptions.ADDRESS, "localhost");
    merged.set(RestOptions.BIND_ADDRESS, "localhost");
    // Not the system's: a process that is killed leaves it behind.
    merged.set(CoreOptions.TMP_DIRS, settings.folder().resolve("tmp").toString());
    merged.set(WebOptions.TMP_DIR, settings.folder().resolve("tmp").toString());
    merged.set(JobManagerOptions.ADDRESS, "localhost");
    merged.set(JobManagerOptions.PORT, ServerProcess.freePort(merged.get(JobManagerOptions.PORT)));
    merged.set(TaskManagerOptions.HOST, "localhost");
    if (!merged.contains(JobManagerOptions.TOTAL_PROCESS_MEMORY)) {
      merged.set(JobManagerOptions.TOTAL_PROCESS_MEMORY, JOB_MANAGER);
    }
    return merged;
  }

  private static List<String> words(String line) {
    return line.isBlank() ? List.of() : List.of(line.strip().split("\\s+", -1));
  }

  private static String classPath() {
    try {
      return Files.readString(CLASS_PATH).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(
          CLASS_PATH + " cannot be read; 'mvn generate-test-resources' makes it", e);
    }
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
