package io.chromasync.source;

import static io.chromasync.aws.ClientBuilders.configured;

import io.chromasync.config.AwsAccess;
import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClientBuilder;

/** Makes Kinesis clients as the settings say, like {@link DynamoDbClients}. */
final class KinesisClients {

  /** A page has at most 10 MB; a call that takes longer than this hangs. */
  private static final Duration CALL = Duration.ofSeconds(30);

  private KinesisClients() {}

  /** The SDK does not try again by itself: {@link Backoff} does, and counts. */
  static KinesisAsyncClient records(AwsAccess access) {
    return builder(access)
        .overrideConfiguration(
            o -> o.apiCallTimeout(CALL).retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  /** For the look-up at start, with the SDK's own retries. */
  static KinesisAsyncClient patient(AwsAccess access) {
    return builder(access).overrideConfiguration(o -> o.apiCallTimeout(CALL)).build();
  }

  /** Without HTTP/2, which only pushed records need, and which local servers do not speak. */
  private static KinesisAsyncClientBuilder builder(AwsAccess access) {
    return configured(
        KinesisAsyncClient.builder()
            .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1)),
        access);
  }
}
