package io.chromasync.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.TaskManagerOptions;

/**
 * A Flink cluster of processes that outlive the one that starts them, known by their ids in a
 * folder. Only what these files name is ever ended, and only if it is the very process that was
 * started: its id and the moment of its start agree.
 *
 * <p>The folder has all there is of the cluster: {@code conf}, {@code logs}, {@code pids}, {@code
 * state} with checkpoints and savepoints, {@code tmp}. Used by one process at a time.
 */
record DetachedCluster(Path folder) {

  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration STOP = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int TAIL = 20;

  /** The process that has the cluster's state. */
  static final String JOB_MANAGER = "jobmanager-1";

  DetachedCluster {
    folder = folder.toAbsolutePath();
  }

  /** Whether any of its processes runs. */
  boolean isRunning() throws IOException {
    return !processes().isEmpty();
  }

  /** Its configuration and logs; there once it was started. */
  FlinkCommands commands() {
    return FlinkCommands.of(folder);
  }

  /** Where checkpoints and savepoints are. */
  JobState state() throws IOException {
    return JobState.in(folder.resolve("state"));
  }

  /**
   * Starts a JobManager and TaskManagers and returns when they know each other.
   *
   * @param conf folder with Flink's config.yaml
   * @param uiPort of the web UI; another if the usual one is taken
   * @throws IllegalStateException if one ends or they do not find each other in time, with the end
   *     of its log; then none runs
   */
  void start(Path conf, int taskManagers, int uiPort) throws IOException {
    FlinkCommands commands = FlinkCommands.prepare(folder, conf, Map.of(), uiPort);
    launch(JOB_MANAGER, commands.jobManager(JOB_MANAGER));
    for (int i = 1; i <= taskManagers; i++) {
      launch("taskmanager-" + i, commands.taskManager("taskmanager-" + i));
    }
    int slots = taskManagers * commands.configuration().get(TaskManagerOptions.NUM_TASK_SLOTS);
    FlinkRest rest = new FlinkRest(commands.webUi());
    long deadline = System.nanoTime() + START.toNanos();
    while (rest.freeSlots().values().stream().mapToInt(free -> free).sum() < slots) {
      Optional<String> ended = ended(taskManagers);
      if (ended.isPresent() || System.nanoTime() > deadline) {
        String culprit = ended.orElse(JOB_MANAGER);
        stop();
        throw new IllegalStateException(
            "%s %s; its log ends:%n%s"
                .formatted(culprit, ended.isPresent() ? "ended" : "is not ready", tail(culprit)));
      }
      Stage.pause(POLL);
    }
  }

  /** Its processes that run, by name. */
  Map<String, ProcessHandle> processes() throws IOException {
    Map<String, ProcessHandle> running = new TreeMap<>();
    if (Files.isDirectory(pids())) {
      try (Stream<Path> files = Files.list(pids())) {
        for (Path file : files.toList()) {
          started(file).ifPresent(one -> running.put(file.getFileName().toString(), one));
        }
      }
    }
    return running;
  }

  /** Ends its processes, the JobManager first, or it would restart the job meanwhile. */
  void stop() throws IOException {
    Map<String, ProcessHandle> running = processes();
    for (Map.Entry<String, ProcessHandle> process : running.entrySet()) {
      end(process.getValue());
      Files.deleteIfExists(pids().resolve(process.getKey()));
    }
  }

  /** The last lines of a process's log. */
  String tail(String name) throws IOException {
    return tail(name, TAIL);
  }

  /** The last lines of a process's log, or of what it printed if it did not come to log. */
  String tail(String name, int count) throws IOException {
    Path log = commands().log(name);
    Path file = Files.exists(log) && Files.size(log) > 0 ? log : printed(name);
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }

  private void launch(String name, List<String> command) throws IOException {
    Files.createDirectories(pids());
    // A session of its own, so that it does not end with the terminal.
    List<String> detached = new ArrayList<>(List.of("setsid"));
    detached.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(detached).directory(folder.toFile());
    builder.redirectErrorStream(true).redirectOutput(printed(name).toFile());
    builder.redirectInput(Path.of("/dev/null").toFile());
    ProcessHandle process = builder.start().toHandle();
    Files.writeString(
        pids().resolve(name), "%s %s%n".formatted(process.pid(), startMillis(process)));
  }

  private Optional<String> ended(int taskManagers) throws IOException {
    Map<String, ProcessHandle> running = processes();
    return Stream.concat(
            Stream.of(JOB_MANAGER),
            Stream.iterate(1, i -> i <= taskManagers, i -> i + 1).map(i -> "taskmanager-" + i))
        .filter(name -> !running.containsKey(name))
        .findFirst();
  }

  private static Optional<ProcessHandle> started(Path file) {
    try {
      String[] parts = Files.readString(file).strip().split(" ", -1);
      return ProcessHandle.of(Long.parseLong(parts[0]))
          .filter(ProcessHandle::isAlive)
          .filter(process -> startMillis(process) == Long.parseLong(parts[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  /** Tells a process from a later one that was given the same id. */
  private static long startMillis(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static void end(ProcessHandle process) {
    process.destroy();
    try {
      process.onExit().get(STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while process " + process.pid() + " ended", e);
    } catch (Exception notYet) {
      process.destroyForcibly();
      process.onExit().join();
    }
  }

  private Path pids() {
    return folder.resolve("pids");
  }

  private Path printed(String name) {
    return folder.resolve("logs").resolve(name + ".out");
  }
}
