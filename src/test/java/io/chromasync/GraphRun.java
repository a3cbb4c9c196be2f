package io.chromasync;

import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.ChromaSink;
import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.ServerProfile;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.mapping.ReceiptProjection;
import io.chromasync.model.ItemChange;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.window.WindowSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Runs the real graph over changes in the order of their arrival, into a Chroma, until all is
 * written. Source and duration are a test's; everything between the ends is the job's.
 */
final class GraphRun {

  private final ChromaSettings chroma;
  private final ServerProfile server;
  private final WindowSettings window;
  private final Path deadLetters;

  private GraphRun(ChromaSettings chroma, WindowSettings window) {
    this.chroma = chroma;
    this.server = Preflight.run(chroma);
    this.window = window;
    this.deadLetters = temporary();
  }

  /**
   * A job on this server.
   *
   * @param maxRecords of a window: 1 writes every mutation by itself, as if each had its own batch
   */
  static GraphRun into(URI url, int maxRecords) {
    ApplicationProperties properties =
        new ApplicationProperties(
            Map.of(
                "chroma",
                Map.of("url", url.toString(), "retry-budget", "30 s"),
                "window",
                Map.of("max-records", Integer.toString(maxRecords), "lanes", "4")));
    return new GraphRun(
        ChromaSettings.from(properties.group("chroma")),
        WindowSettings.from(properties.group("window")));
  }

  /** Whether the server takes arrays, and so what tells a record's labels. */
  boolean arrays() {
    return server.arrays();
  }

  JobExecutionResult run(List<ItemChange> arrivals) {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.configure(
        new Configuration(Chromasync.promises()).set(StateBackendOptions.STATE_BACKEND, "rocksdb"));
    DataStream<ItemChange> changes =
        env.fromData(arrivals)
            .uid("arrivals")
            .process(new Pauses())
            .uid("pauses")
            .assignTimestampsAndWatermarks(
                Chromasync.eventTime()
                    .withTimestampAssigner((change, at) -> change.version().micros() / 1_000))
            .uid("event-time");
    Chromasync.define(
        changes,
        new Rules(
            new ReceiptProjection(server.arrays()),
            ResolveSettings.from(new ApplicationProperties(Map.of()).group("resolve")),
            window),
        new ChromaSink(chroma, server),
        DeadLetterFiles.to(new DeadLetterSettings(deadLetters.toUri().toString())));
    try {
      return env.execute();
    } catch (Exception e) {
      throw new AssertionError("the job failed", e);
    }
  }

  /** The lines of all dead letters so far. */
  List<String> deadLetters() {
    try (Stream<Path> files = Files.walk(deadLetters)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .flatMap(GraphRun::lines)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("chromasync-dead-letters-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
