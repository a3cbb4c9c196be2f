package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.snapshot.Refusal.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

class PersistenceTest {

  private static final Persistence PERSISTENCE =
      new Persistence(Duration.ofMillis(200), Duration.ofSeconds(10), 3);

  @Test
  void pausesDoubleUpToTheLongest() {
    for (int attempt = 1; attempt < 60; attempt++) {
      long all = Math.min(10_000, 200L << Math.min(attempt - 1, 20));

      assertThat(PERSISTENCE.pause(attempt).toMillis())
          .as("attempt %s", attempt)
          .isBetween(all / 2, all);
    }
  }

  @Test
  void beingThrottledIsBorneForEverAndBadMomentsForAWhile() {
    assertThat(PERSISTENCE.givesUp(refusal(Reason.THROTTLED), 1000)).isFalse();
    assertThat(PERSISTENCE.givesUp(refusal(Reason.UNAVAILABLE), 3)).isFalse();
    assertThat(PERSISTENCE.givesUp(refusal(Reason.UNAVAILABLE), 4)).isTrue();
    assertThat(PERSISTENCE.givesUp(refusal(Reason.FINAL), 1)).isTrue();
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
