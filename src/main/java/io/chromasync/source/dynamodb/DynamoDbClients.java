package io.chromasync.source.dynamodb;

import static io.chromasync.aws.ClientBuilders.configured;

import io.chromasync.config.AwsAccess;
import io.chromasync.runtime.RetryPolicy;
import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/** Creates clients of DynamoDB from the settings; credentials come from the SDK's default chain. */
public final class DynamoDbClients {

  /** Timeout of a call. A page has at most 1 MB; a call that takes longer hangs. */
  private static final Duration CALL = Duration.ofSeconds(30);

  private DynamoDbClients() {}

  /** Creates a client without retries of the SDK: {@link RetryPolicy} retries and counts. */
  public static DynamoDbStreamsAsyncClient streams(AwsAccess access) {
    return configured(DynamoDbStreamsAsyncClient.builder(), access)
        .overrideConfiguration(
            o ->
                o.apiCallTimeout(CALL)
                    .retryStrategy(AwsRetryStrategy.doNotRetry())
                    .addExecutionInterceptor(new RawBody.Interceptor()))
        .build();
  }

  /** Creates a client of streams for the look-up at start, with the SDK's own retries. */
  public static DynamoDbStreamsAsyncClient patientStreams(AwsAccess access) {
    return configured(DynamoDbStreamsAsyncClient.builder(), access)
        .overrideConfiguration(o -> o.apiCallTimeout(CALL))
        .build();
  }

  /** Creates a client of tables for the look-up at start, with the SDK's own retries. */
  public static DynamoDbAsyncClient tables(AwsAccess access) {
    return configured(DynamoDbAsyncClient.builder(), access)
        .overrideConfiguration(o -> o.apiCallTimeout(CALL))
        .build();
  }
}
