package io.chromasync.local;

import io.chromasync.local.servers.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * {@code docker compose} with the repository's docker-compose.yml, as a project of its own on free
 * ports, so that it meets nobody's containers. Prints each command and how long it took.
 */
final class Compose implements AutoCloseable {

  private static final List<String> PORTS =
      List.of(
          "FLINK_PORT",
          "CHROMA_PORT",
          "DYNAMODB_PORT",
          "S3_PORT",
          "KINESIS_PORT",
          "PROMETHEUS_PORT",
          "GRAFANA_PORT");

  private final Map<String, String> environment = new TreeMap<>();

  /** Finds free ports; starts nothing. */
  Compose(String project) {
    environment.put("COMPOSE_PROJECT_NAME", project);
    PORTS.forEach(port -> environment.put(port, Integer.toString(ServerProcess.freePort())));
  }

  /** What a command printed, both streams as one, and its exit code. */
  record Result(int exit, String printed) {}

  /** Sets a variable for all later commands, as a line of the file {@code .env} does. */
  void set(String name, String value) {
    environment.put(name, value);
  }

  /** URL of the service that has this variable for its port. */
  String url(String port) {
    return "http://localhost:" + environment.get(port);
  }

  /**
   * Runs a command, and returns what it printed.
   *
   * @throws IllegalStateException if it fails
   */
  String run(String... command) {
    Result result = attempt(command);
    if (result.exit() != 0) {
      throw new IllegalStateException(
          "'docker compose %s' ended with %s: %s"
              .formatted(String.join(" ", command), result.exit(), result.printed()));
    }
    return result.printed();
  }

  /** As {@link #run}, whatever comes of it. */
  Result attempt(String... command) {
    return docker(environment, Stream.concat(Stream.of("compose"), Arrays.stream(command)));
  }

  /** What the engine is, in a line; or why there is none, with another exit code than 0. */
  static Result engine() {
    String format = "{{.ServerVersion}}, {{.Driver}}, {{.OSType}}/{{.Architecture}}";
    return docker(Map.of(), Stream.of("info", "--format", format));
  }

  @Override
  public void close() {
    run("--profile", "*", "down", "--volumes", "--timeout", "20");
  }

  private static Result docker(Map<String, String> environment, Stream<String> arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    arguments.forEach(command::add);
    long began = System.nanoTime();
    Result result = result(environment, command);
    System.out.printf(
        "%6.1f s  exit %s  %s%n",
        (System.nanoTime() - began) / 1e9, result.exit(), String.join(" ", command));
    return result;
  }

  private static Result result(Map<String, String> environment, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("COMPOSE_PROGRESS", "plain");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      byte[] printed = process.getInputStream().readAllBytes();
      return new Result(process.waitFor(), new String(printed, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return new Result(127, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + command, e);
    }
  }
}
