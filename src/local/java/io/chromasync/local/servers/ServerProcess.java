package io.chromasync.local.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A server that runs as a process of its own while a test or the demo needs it. Always stopped by
 * its process id, also when this JVM ends.
 */
public final class ServerProcess implements AutoCloseable {

  /** Where the build puts what servers are made of: {@code target/servers}. */
  public static final Path SERVERS =
      Path.of(System.getProperty("chromasync.servers", "target/servers")).toAbsolutePath();

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(10);

  private static final int FIRST_PORT = 20_000;
  private static final int FIRST_CLIENT_PORT = 32_768;
  private static final Set<Integer> TOLD = ConcurrentHashMap.newKeySet();

  private final String name;
  private final Process process;
  private final Path log;
  private final Thread hook;

  private ServerProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts a command and waits until it is ready.
   *
   * @throws IllegalStateException if it ends or is not ready within a minute, with the end of its
   *     log
   */
  public static ServerProcess start(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path directory,
      BooleanSupplier ready) {
    try {
      Path log = Files.createTempFile("chromasync-" + name + "-", ".log");
      log.toFile().deleteOnExit();
      ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
      builder.environment().putAll(environment);
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      ServerProcess server = new ServerProcess(name, builder.start(), log);
      server.await(ready);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be started with " + command, e);
    }
  }

  /**
   * A port nobody listens on right now, never one that this JVM was told before, nor another
   * process of ours that still runs. It is below those that systems give to clients (from 32768 on
   * Linux, 49152 elsewhere): among those, a client of any process can take the port before the
   * server does, or be connected with itself.
   */
  public static int freePort() {
    return ThreadLocalRandom.current()
        .ints(FIRST_PORT, FIRST_CLIENT_PORT)
        .filter(port -> isFree(port) && TOLD.add(port) && PortLocks.take(port))
        .findFirst()
        .getAsInt();
  }

  /** The preferred port if nobody listens on it right now; else as {@link #freePort()}. */
  public static int freePort(int preferred) {
    return preferred != 0 && isFree(preferred) && PortLocks.take(preferred)
        ? preferred
        : freePort();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public Path log() {
    return log;
  }

  /** Kills it as {@code kill -9} does: no clean end. */
  public void kill() {
    process.destroyForcibly();
    join();
  }

  /** Stops it, by force if it does not end within ten seconds. */
  @Override
  public void close() {
    process.destroy();
    join();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      return;
    }
  }

  private void join() {
    try {
      if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void await(BooleanSupplier ready) {
    long deadline = System.nanoTime() + START.toNanos();
    while (!ready.getAsBoolean() || !process.isAlive()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        boolean ended = !process.isAlive();
        process.destroyForcibly();
        throw new IllegalStateException(
            "%s %s; its log ends:%n%s".formatted(name, ended ? "ended" : "is not ready", tail()));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(100);
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while " + name + " started", e);
      }
    }
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return "(unreadable: " + e.getMessage() + ")";
    }
  }
}
