package io.chromasync;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.mapping.Domain;
import io.chromasync.receipts.Receipts;
import io.chromasync.testing.FakeChroma;
import io.chromasync.testing.FakeS3;
import io.chromasync.testing.FakeStreams;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Both ends of the job, and the graph of its {@code main} between them: a stream, a bucket and a
 * Chroma in this JVM, and a folder for dead letters. Gaps are skipped, and runs are not told of.
 */
public final class WholeJob implements AutoCloseable {

  /** Numbers of a vector of a {@link Run}. */
  private static final int DIMENSION = 2;

  public final FakeStreams stream = FakeStreams.start(1, 1);
  public final FakeS3 s3 = FakeS3.start(RunEnds.BUCKET);
  public final FakeChroma chroma = FakeChroma.start();
  private final URI deadLetters;
  private final Map<String, String> window;

  private WholeJob(URI deadLetters, Map<String, String> window) {
    this.deadLetters = deadLetters;
    this.window = window;
  }

  /**
   * Starts its ends.
   *
   * @param window settings of the window
   */
  public static WholeJob start(URI deadLetters, Map<String, String> window) {
    TestCredentials.use();
    return new WholeJob(deadLetters, window);
  }

  /** Adds the job to an environment. */
  public void build(StreamExecutionEnvironment env) {
    build(env, properties());
  }

  /** Adds a job with other application properties to an environment. */
  public static void build(
      StreamExecutionEnvironment env, Map<String, Map<String, String>> properties) {
    build(env, new Receipts(), properties);
  }

  /** Adds the job of another domain to an environment. */
  public static void build(
      StreamExecutionEnvironment env, Domain domain, Map<String, Map<String, String>> properties) {
    JobSettings settings = JobSettings.from(new ApplicationProperties(properties), domain);
    Folders folders = Folders.seenBy(env.getConfiguration());
    Chromasync.build(env, domain, settings, Endpoints.open(domain, settings, folders, false));
  }

  /**
   * Writes the settings as the job's {@code main} reads them.
   *
   * @param exports S3 of the table's exports
   */
  public Path writeConfig(Path file, URI exports) throws IOException {
    Map<String, Map<String, String>> all = new TreeMap<>(properties());
    all.put("snapshot", Map.of("export-endpoint", exports.toString()));
    List<Map<String, Object>> groups = new ArrayList<>();
    all.forEach((id, map) -> groups.add(Map.of("PropertyGroupId", id, "PropertyMap", map)));
    return Files.write(file, new ObjectMapper().writeValueAsBytes(groups));
  }

  private Map<String, Map<String, String>> properties() {
    return Map.of(
        "source",
        Map.of(
            "stream-arn",
            FakeStreams.ARN,
            "aws.endpoint",
            stream.endpoint().toString(),
            "on-gap",
            "skip"),
        "window",
        window,
        "resolve",
        // Event time follows the clock, and the histories are old.
        Map.of("tombstone-retention", "3650 d", "vector-retention", "3650 d"),
        "chroma",
        // A job that goes on finds another Chroma, which holds nothing.
        Map.of("url", chroma.url().toString(), "on-rollback", "ignore"),
        "delta",
        Map.of(
            "bucket",
            RunEnds.BUCKET,
            "aws.endpoint",
            s3.endpoint().toString(),
            "dimension",
            "" + DIMENSION),
        "runs",
        Map.of("table", ""),
        "dead-letters",
        Map.of("uri", deadLetters.toString()));
  }

  @Override
  public void close() {
    stream.close();
    s3.close();
    chroma.close();
  }
}
