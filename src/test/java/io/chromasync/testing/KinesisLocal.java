package io.chromasync.testing;

import io.chromasync.local.servers.ServerProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * A server that speaks Kinesis (kinesis-mock), as a process of its own on free loopback ports, with
 * its streams in memory. It comes from npm, see {@code src/local/npm}, and takes any credentials.
 */
public final class KinesisLocal implements AutoCloseable {

  private static final Duration ENOUGH = Duration.ofSeconds(30);

  /** How long the server takes to make or change a stream. */
  private static final String QUICKLY = "50ms";

  private final int port;
  private final ServerProcess process;
  private final KinesisAsyncClient client;

  private KinesisLocal(String region) {
    this.port = ServerProcess.freePort();
    this.client =
        KinesisAsyncClient.builder()
            .endpointOverride(endpoint())
            .region(Region.of(region))
            .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1))
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build();
    this.process =
        ServerProcess.start("kinesis", command(), environment(), folder(), this::answers);
  }

  /** Starts on a free port, and returns when it answers. */
  public static KinesisLocal start() {
    return start(TestCredentials.REGION);
  }

  /** As {@link #start()}; streams of another region are others. */
  public static KinesisLocal start(String region) {
    return new KinesisLocal(region);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public KinesisAsyncClient client() {
    return client;
  }

  /** Makes a stream and returns its ARN when it can be used. */
  public String createStream(String name, int shards) {
    client.createStream(request -> request.streamName(name).shardCount(shards)).join();
    await(name + " to be made", () -> isActive(name));
    return describe(name).streamARN();
  }

  /** Cuts a shard in two at a hash key, and returns when it is done. */
  public void split(String stream, String shard, String hashKey) {
    client
        .splitShard(r -> r.streamName(stream).shardToSplit(shard).newStartingHashKey(hashKey))
        .join();
    await(shard + " to be split", () -> isActive(stream));
  }

  /** Makes one of two neighbours, and returns when it is done. */
  public void merge(String stream, String shard, String neighbour) {
    client
        .mergeShards(r -> r.streamName(stream).shardToMerge(shard).adjacentShardToMerge(neighbour))
        .join();
    await(shard + " to be merged", () -> isActive(stream));
  }

  @Override
  public void close() {
    client.close();
    process.close();
  }

  private boolean isActive(String stream) {
    return describe(stream).streamStatus() == StreamStatus.ACTIVE;
  }

  private StreamDescriptionSummary describe(String stream) {
    return client
        .describeStreamSummary(request -> request.streamName(stream))
        .join()
        .streamDescriptionSummary();
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + ENOUGH.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited in vain for " + what);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + what, e);
      }
    }
  }

  private static List<String> command() {
    return List.of("node", "main.js");
  }

  /** The server reads its certificate there. */
  private static Path folder() {
    return ServerProcess.SERVERS.resolve("npm/node_modules/kinesis-local");
  }

  private Map<String, String> environment() {
    return Map.of(
        "KINESIS_MOCK_PLAIN_PORT",
        Integer.toString(port),
        "KINESIS_MOCK_TLS_PORT",
        Integer.toString(ServerProcess.freePort()),
        "CREATE_STREAM_DURATION",
        QUICKLY,
        "SPLIT_SHARD_DURATION",
        QUICKLY,
        "MERGE_SHARDS_DURATION",
        QUICKLY);
  }

  private boolean answers() {
    try {
      return client.listStreams().join().sdkHttpResponse().isSuccessful();
    } catch (CompletionException notYet) {
      return false;
    }
  }
}
