package io.chromasync.delta;

import static io.chromasync.aws.ClientBuilders.configured;

import io.chromasync.config.AwsAccess;
import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Factory of AWS clients from settings; credentials come from the SDK's default chain. */
public final class AwsClients {

  /** Time limit until the response begins; a longer call is presumed hung. */
  private static final Duration CALL = Duration.ofSeconds(30);

  private AwsClients() {}

  /** Creates a client without the SDK's retries: {@link DeltaLoader} retries and counts. */
  static S3AsyncClient s3(AwsAccess access) {
    return configured(S3AsyncClient.builder(), access)
        // Local servers have no host names for buckets.
        .forcePathStyle(access.endpoint() != null)
        .overrideConfiguration(
            o -> o.apiCallTimeout(CALL).retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  /** Creates a client with the SDK's retries. */
  public static DynamoDbAsyncClient dynamoDb(AwsAccess access) {
    return dynamoDb(access, CALL);
  }

  /**
   * Creates a client with the SDK's retries.
   *
   * @param call time limit of a call including its retries; a single attempt may take half of it
   */
  public static DynamoDbAsyncClient dynamoDb(AwsAccess access, Duration call) {
    return configured(DynamoDbAsyncClient.builder(), access)
        .overrideConfiguration(o -> o.apiCallTimeout(call).apiCallAttemptTimeout(call.dividedBy(2)))
        .build();
  }
}
