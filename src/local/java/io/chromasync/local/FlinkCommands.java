package io.chromasync.local;

import io.chromasync.local.servers.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * The command lines of a Flink cluster's processes on this machine. Memory is what config.yaml
 * gives a process, divided as Flink's own start scripts do it.
 *
 * <p>The class path is Flink's; a job brings all else in its jar.
 */
final class FlinkCommands {

  private static final Path CLASS_PATH = ServerProcess.SERVERS.resolveSibling("classpath/flink");
  private static final URL LOGGING = FlinkCommands.class.getResource("/log4j2-tools.properties");

  /** Of a JobManager's process, if config.yaml does not say. */
  private static final MemorySize JOB_MANAGER = MemorySize.ofMebiBytes(1024);

  /** Below the folder where processes run: Flink splits a list of folders at each colon. */
  private static final String TEMPORARY = "tmp";

  /** That of config.yaml. */
  static final int USUAL_PORT = -1;

  private final Path folder;
  private final Configuration flink;

  private FlinkCommands(Path folder, Configuration flink) {
    this.folder = folder;
    this.flink = flink;
  }

  /**
   * Merges a cluster's configuration and writes it into its folder.
   *
   * @param conf folder with Flink's config.yaml
   * @param overrides instead of what stands there, by key
   * @param uiPort of the web UI and the REST API; another if it is taken; 0 = any, {@link
   *     #USUAL_PORT}
   */
  static FlinkCommands prepare(Path folder, Path conf, Map<String, String> overrides, int uiPort)
      throws IOException {
    Configuration merged = GlobalConfiguration.loadConfiguration(conf.toString());
    overrides.forEach(merged::setString);
    JobState.in(folder.resolve("state")).configure(merged);
    place(merged, uiPort);
    FlinkCommands commands = new FlinkCommands(folder, merged);
    Files.createDirectories(commands.conf());
    Files.createDirectories(commands.logs());
    Files.createDirectories(folder.resolve(TEMPORARY));
    Files.write(
        commands.conf().resolve("config.yaml"),
        ConfigurationUtils.convertConfigToWritableLines(merged, true));
    return commands;
  }

  /** Those of a cluster that was prepared in a folder before. */
  static FlinkCommands of(Path folder) {
    return new FlinkCommands(
        folder, GlobalConfiguration.loadConfiguration(folder.resolve("conf").toString()));
  }

  /** What the cluster is configured with. */
  Configuration configuration() {
    return flink;
  }

  String webUi() {
    return "http://localhost:" + flink.get(RestOptions.PORT);
  }

  /** The folder with a log of each process that was started. */
  Path logs() {
    return folder.resolve("logs");
  }

  Path log(String name) {
    return logs().resolve(name + ".log");
  }

  List<String> jobManager(String name) {
    JobManagerProcessSpec memory = JobManagerProcessUtils.processSpecFromConfig(flink);
    List<String> options = words(JobManagerProcessUtils.generateJvmParametersStr(memory, flink));
    List<String> command =
        command(
            name,
            StandaloneSessionClusterEntrypoint.class,
            options,
            CoreOptions.FLINK_JM_JVM_OPTIONS);
    command.addAll(words(JobManagerProcessUtils.generateDynamicConfigsStr(memory)));
    command.add(setting(WebOptions.LOG_PATH, log(name)));
    return command;
  }

  List<String> taskManager(String name) {
    TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(flink);
    List<String> options = words(ProcessMemoryUtils.generateJvmParametersStr(memory));
    List<String> command =
        command(name, TaskManagerRunner.class, options, CoreOptions.FLINK_TM_JVM_OPTIONS);
    command.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
    command.add(setting(TaskManagerOptions.TASK_MANAGER_RESOURCE_ID, name));
    command.add(setting(TaskManagerOptions.TASK_MANAGER_LOG_PATH, log(name)));
    return command;
  }

  private List<String> command(
      String name, Class<?> main, List<String> options, ConfigOption<String> own) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(words(flink.get(CoreOptions.FLINK_JVM_OPTIONS)));
    command.addAll(words(flink.get(own)));
    command.add("-Dchromasync.log=" + log(name));
    command.add("-Dlog4j2.configurationFile=" + LOGGING);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(List.of("--configDir", conf().toString()));
    return command;
  }

  private Path conf() {
    return folder.resolve("conf");
  }

  private static void place(Configuration merged, int uiPort) {
    int port = ServerProcess.freePort(uiPort == USUAL_PORT ? merged.get(RestOptions.PORT) : uiPort);
    merged.set(RestOptions.PORT, port);
    merged.set(RestOptions.BIND_PORT, Integer.toString(port));
    merged.set(RestOptions.ADDRESS, "localhost");
    merged.set(RestOptions.BIND_ADDRESS, "localhost");
    // Not the system's: a process that is killed leaves it behind.
    merged.set(CoreOptions.TMP_DIRS, TEMPORARY);
    merged.set(WebOptions.TMP_DIR, TEMPORARY);
    merged.set(JobManagerOptions.ADDRESS, "localhost");
    merged.set(JobManagerOptions.PORT, ServerProcess.freePort(merged.get(JobManagerOptions.PORT)));
    merged.set(TaskManagerOptions.HOST, "localhost");
    if (!merged.contains(JobManagerOptions.TOTAL_PROCESS_MEMORY)) {
      merged.set(JobManagerOptions.TOTAL_PROCESS_MEMORY, JOB_MANAGER);
    }
  }

  private static String setting(ConfigOption<?> option, Object value) {
    return "-D%s=%s".formatted(option.key(), value);
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
}
