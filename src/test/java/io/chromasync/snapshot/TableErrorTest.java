package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.aws.AwsError;
import io.chromasync.runtime.RetryPolicy;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

class TableErrorTest {

  private static final RetryPolicy RETRIES = RetryPolicy.STANDARD.atMost(3);

  @Test
  void beingThrottledIsBorneForEverAndBadMomentsForAWhile() {
    assertThat(error(AwsError.THROTTLED).isLast(RETRIES, 1000)).isFalse();
    assertThat(error(AwsError.TRANSIENT).isLast(RETRIES, 3)).isFalse();
    assertThat(error(AwsError.TRANSIENT).isLast(RETRIES, 4)).isTrue();
    assertThat(error(AwsError.FATAL).isLast(RETRIES, 1)).isTrue();
  }

  @Test
  void anErrorIsClassifiedByItsException() {
    assertThat(TableError.of(SdkClientException.create("no route")).kind())
        .isEqualTo(AwsError.TRANSIENT);
    assertThat(TableError.of(InternalServerErrorException.builder().statusCode(500).build()).kind())
        .isEqualTo(AwsError.TRANSIENT);
    assertThat(TableError.of(ResourceNotFoundException.builder().statusCode(400).build()).kind())
        .isEqualTo(AwsError.FATAL);
    assertThat(TableError.of(throttled()).kind()).isEqualTo(AwsError.THROTTLED);
    assertThat(TableError.of(new IllegalStateException()).kind()).isEqualTo(AwsError.FATAL);
  }

  private static Throwable throttled() {
    return ProvisionedThroughputExceededException.builder()
        .statusCode(400)
        .awsErrorDetails(
            software.amazon.awssdk.awscore.exception.AwsErrorDetails.builder()
                .errorCode("ProvisionedThroughputExceededException")
                .build())
        .build();
  }

  private static TableError error(AwsError kind) {
    return new TableError(kind, "told to", null);
  }
}
