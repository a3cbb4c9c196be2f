package io.chromasync.delta;

import static io.chromasync.aws.ClientBuilders.configured;

import io.chromasync.config.AwsAccess;
import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Makes AWS clients as the settings say; credentials are those of the SDK's default chain. */
final class AwsClients {

  /** Until the answer begins; a call that takes longer than this hangs. */
  private static final Duration CALL = Duration.ofSeconds(30);

  private AwsClients() {}

  /** The SDK does not try again by itself: {@link DeltaLoader} does, and counts. */
  static S3AsyncClient s3(AwsAccess access) {
    return configured(S3AsyncClient.builder(), access)
        // A local server has no names for its buckets' hosts.
        .forcePathStyle(access.endpoint() != null)
        .overrideConfiguration(
            o -> o.apiCallTimeout(CALL).retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  /** With the SDK's own retries. */
  static DynamoDbAsyncClient dynamoDb(AwsAccess access) {
    return dynamoDb(access, CALL);
  }

  /**
   * As above.
   *
   * @param call how long a call may take with its retries; one attempt may take half of it
   */
  static DynamoDbAsyncClient dynamoDb(AwsAccess access, Duration call) {
    return configured(DynamoDbAsyncClient.builder(), access)
        .overrideConfiguration(o -> o.apiCallTimeout(call).apiCallAttemptTimeout(call.dividedBy(2)))
        .build();
  }
}
