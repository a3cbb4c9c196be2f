package io.chromasync;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.testing.FakeChroma;
import io.chromasync.testing.FakeS3;
import io.chromasync.testing.FakeStreams;
import io.chromasync.testing.TestCredentials;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Both ends of the job, and the graph of its {@code main} between them: a stream, a bucket and a
 * Chroma in this JVM, and a folder for dead letters. Runs are not told of.
 */
final class WholeJob implements AutoCloseable {

  /** Numbers of a vector of a {@link Run}. */
  private static final int DIMENSION = 2;

  final FakeStreams stream = FakeStreams.start(1, 1);
  final FakeS3 s3 = FakeS3.start(RunEnds.BUCKET);
  final FakeChroma chroma = FakeChroma.start();
  private final URI deadLetters;

  private WholeJob(URI deadLetters) {
    this.deadLetters = deadLetters;
  }

  static WholeJob start(URI deadLetters) {
    TestCredentials.use();
    return new WholeJob(deadLetters);
  }

  /**
   * Adds the job to an environment.
   *
   * @param maxAge of a window
   * @param maxRecords of a window
   */
  void build(StreamExecutionEnvironment env, Duration maxAge, int maxRecords) {
    JobSettings settings = settings(maxAge, maxRecords);
    Chromasync.build(env, settings, Ends.open(settings));
  }

  private JobSettings settings(Duration maxAge, int maxRecords) {
    return JobSettings.from(
        new ApplicationProperties(
            Map.of(
                "source",
                Map.of(
                    "stream-arn",
                    FakeStreams.ARN,
                    "aws.endpoint",
                    stream.endpoint().toString(),
                    "on-gap",
                    "skip"),
                "window",
                Map.of("max-age", maxAge.toMillis() + " ms", "max-records", "" + maxRecords),
                "chroma",
                Map.of("url", chroma.url().toString()),
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
                Map.of("uri", deadLetters.toString()))));
  }

  @Override
  public void close() {
    stream.close();
    s3.close();
    chroma.close();
  }
}
