package io.chromasync.aws;

import io.chromasync.config.AwsAccess;
import java.time.Duration;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerAsyncClient;

/**
 * Factory of AWS clients from settings: region, endpoint, time limits and retries. Credentials come
 * from the SDK's default chain.
 */
public final class AwsClients {

  /** Time limit until a response begins; a longer call is presumed hung. */
  private static final Duration CALL = Duration.ofSeconds(30);

  private AwsClients() {}

  /**
   * Time limits and retries of the calls of a client.
   *
   * @param all time limit of a call including its retries; null = none
   * @param attempt time limit of a single attempt; null = none
   * @param retries true if the SDK retries; false if the caller retries and counts
   * @param interceptor interceptor of all calls, or null
   */
  public record Calls(
      Duration all, Duration attempt, boolean retries, ExecutionInterceptor interceptor) {

    /** Calls of which the SDK retries none. */
    public static final Calls SINGLE = new Calls(CALL, null, false, null);

    /** Calls that the SDK retries, each attempt with its own time limit. */
    public static final Calls RETRIED_EACH = new Calls(null, CALL, true, null);

    /** Calls that the SDK retries within the usual time limit. */
    public static final Calls RETRIED = retriedWithin(CALL);

    /** Returns calls that the SDK retries at least once, if necessary, within a time limit. */
    public static Calls retriedWithin(Duration limit) {
      return new Calls(limit, limit.dividedBy(2), true, null);
    }

    /** Returns these calls with an interceptor. */
    public Calls with(ExecutionInterceptor added) {
      return new Calls(all, attempt, retries, added);
    }

    private void configure(ClientOverrideConfiguration.Builder client) {
      client.apiCallTimeout(all).apiCallAttemptTimeout(attempt);
      if (!retries) {
        client.retryStrategy(AwsRetryStrategy.doNotRetry());
      }
      if (interceptor != null) {
        client.addExecutionInterceptor(interceptor);
      }
    }
  }

  /** Creates a client of DynamoDB's tables. */
  public static DynamoDbAsyncClient dynamoDb(AwsAccess access, Calls calls) {
    return configured(DynamoDbAsyncClient.builder(), access, calls).build();
  }

  /** Creates a client of DynamoDB Streams. */
  public static DynamoDbStreamsAsyncClient dynamoDbStreams(AwsAccess access, Calls calls) {
    return configured(DynamoDbStreamsAsyncClient.builder(), access, calls).build();
  }

  /**
   * Creates a client of Kinesis without HTTP/2, which only enhanced fan-out needs, and which local
   * servers do not support.
   */
  public static KinesisAsyncClient kinesis(AwsAccess access, Calls calls) {
    return configured(KinesisAsyncClient.builder(), access, calls)
        .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1))
        .build();
  }

  /** Creates a client of S3. */
  public static S3AsyncClient s3(AwsAccess access, Calls calls) {
    return configured(S3AsyncClient.builder(), access, calls)
        // Local servers have no host names for buckets.
        .forcePathStyle(access.endpoint() != null)
        .build();
  }

  /** Creates a client of Secrets Manager. */
  public static SecretsManagerAsyncClient secrets(AwsAccess access) {
    return configured(SecretsManagerAsyncClient.builder(), access, Calls.RETRIED).build();
  }

  /** Sets region and endpoint; an unset value leaves the SDK's default. */
  private static <B extends AwsClientBuilder<B, C>, C> B configured(
      B builder, AwsAccess access, Calls calls) {
    if (access.region() != null) {
      builder.region(Region.of(access.region()));
    }
    if (access.endpoint() != null) {
      builder.endpointOverride(access.endpoint());
    }
    return builder.overrideConfiguration(calls::configure);
  }
}
