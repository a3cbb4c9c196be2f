package io.chromasync.source.kinesis;

import static io.chromasync.aws.ClientBuilders.configured;

import io.chromasync.config.AwsAccess;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.source.dynamodb.DynamoDbClients;
import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClientBuilder;

/** Creates Kinesis clients from the settings, like {@link DynamoDbClients}. */
public final class KinesisClients {

  /** Timeout of a call. A page has at most 10 MB; a call that takes longer hangs. */
  private static final Duration CALL = Duration.ofSeconds(30);

  private KinesisClients() {}

  /** Creates a client without retries of the SDK: {@link RetryPolicy} retries and counts. */
  static KinesisAsyncClient records(AwsAccess access) {
    return builder(access)
        .overrideConfiguration(
            o -> o.apiCallTimeout(CALL).retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  /** Creates a client for the look-up at start, with the SDK's own retries. */
  static KinesisAsyncClient patient(AwsAccess access) {
    return builder(access).overrideConfiguration(o -> o.apiCallTimeout(CALL)).build();
  }

  /**
   * Returns a builder without HTTP/2, which only enhanced fan-out needs, and which local servers do
   * not support.
   */
  private static KinesisAsyncClientBuilder builder(AwsAccess access) {
    return configured(
        KinesisAsyncClient.builder()
            .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1)),
        access);
  }
}
