package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.runtime.RetryPolicy;
import io.chromasync.snapshot.Refusal.Reason;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

class RefusalTest {

  private static final RetryPolicy RETRIES = RetryPolicy.STANDARD.atMost(3);

  @Test
  void beingThrottledIsBorneForEverAndBadMomentsForAWhile() {
    assertThat(refusal(Reason.THROTTLED).isLast(RETRIES, 1000)).isFalse();
    assertThat(refusal(Reason.UNAVAILABLE).isLast(RETRIES, 3)).isFalse();
    assertThat(refusal(Reason.UNAVAILABLE).isLast(RETRIES, 4)).isTrue();
    assertThat(refusal(Reason.FINAL).isLast(RETRIES, 1)).isTrue();
  }

  @Test
  void aRefusalIsWhatTheErrorSays() {
    assertThat(Refusal.of(SdkClientException.create("no route")).reason())
        .isEqualTo(Reason.UNAVAILABLE);
    assertThat(Refusal.of(InternalServerErrorException.builder().statusCode(500).build()).reason())
        .isEqualTo(Reason.UNAVAILABLE);
    assertThat(Refusal.of(ResourceNotFoundException.builder().statusCode(400).build()).reason())
        .isEqualTo(Reason.FINAL);
    assertThat(Refusal.of(throttled()).reason()).isEqualTo(Reason.THROTTLED);
    assertThat(Refusal.of(new IllegalStateException()).reason()).isEqualTo(Reason.FINAL);
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

  private static Refusal refusal(Reason reason) {
    return new Refusal(reason, "told to", null);
  }
}
