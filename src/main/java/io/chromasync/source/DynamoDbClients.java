package io.chromasync.source;

import static io.chromasync.aws.ClientBuilders.configured;

import io.chromasync.config.AwsAccess;
import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/** Makes AWS clients as the settings say; credentials are those of the SDK's default chain. */
final class DynamoDbClients {

  /** A page has at most 1 MB; a call that takes longer than this hangs. */
  private static final Duration CALL = Duration.ofSeconds(30);

  private DynamoDbClients() {}

  /** The SDK does not try again by itself: {@link Backoff} does, and counts. */
  static DynamoDbStreamsAsyncClient streams(AwsAccess access) {
    return configured(DynamoDbStreamsAsyncClient.builder(), access)
        .overrideConfiguration(
            o ->
                o.apiCallTimeout(CALL)
                    .retryStrategy(AwsRetryStrategy.doNotRetry())
                    .addExecutionInterceptor(new RawBody.Interceptor()))
        .build();
  }

  /** For the look-up at start, with the SDK's own retries. */
  static DynamoDbStreamsAsyncClient patientStreams(AwsAccess access) {
    return configured(DynamoDbStreamsAsyncClient.builder(), access)
        .overrideConfiguration(o -> o.apiCallTimeout(CALL))
        .build();
  }

  /** For the look-up at start, with the SDK's own retries. */
  static DynamoDbAsyncClient tables(AwsAccess access) {
    return configured(DynamoDbAsyncClient.builder(), access)
        .overrideConfiguration(o -> o.apiCallTimeout(CALL))
        .build();
  }
}
