package io.chromasync.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code bin/job} as a process of its own, so that it can be killed. It ends with this JVM at the
 * latest.
 */
final class JobProcess implements AutoCloseable {

  private final Process process;
  private final Path output;
  private final Thread hook;

  private JobProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
    this.hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts it with this JVM's class path, and its options for modules and compilers.
   *
   * @param environment added to this JVM's
   * @param output appended: what it prints
   */
  static JobProcess start(List<String> options, Map<String, String> environment, Path output) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-") || argument.startsWith("-XX:Tiered"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx1g", "-cp", System.getProperty("java.class.path")));
    command.add(JobRunner.class.getName());
    command.addAll(options);
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
      builder.environment().putAll(environment);
      return new JobProcess(builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException("bin/job cannot be started with " + command, e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** What it printed so far. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(output + " cannot be read", e);
    }
  }

  /** Waits for its end; its exit code. */
  int await() throws InterruptedException {
    return process.waitFor();
  }

  /** Asks it to stop with a savepoint, as {@code kill} does; its exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    return await();
  }

  /** Kills it as {@code kill -9} does: no clean end. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    await();
  }

  /** Ends it, by force if it does not stop within half a minute. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IllegalStateException alreadyEnding) {
      process.destroyForcibly();
    }
  }
}
