package io.chromasync.source.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.config.AwsAccess;
import io.chromasync.source.ItemFilter;
import io.chromasync.source.ShardStream;
import io.chromasync.source.WarmNetty;
import io.chromasync.source.lineage.StreamResponse;
import io.chromasync.testing.FakeStreams;
import io.chromasync.testing.TestCredentials;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DynamoDbStreamTest {

  @BeforeAll
  static void warmUp() {
    WarmNetty.up();
  }

  @Test
  void aLongListingComesToItsEndThoughEveryOtherPageIsThrottled() {
    try (FakeStreams fake = FakeStreams.start(40, 1);
        ShardStream stream =
            new DynamoDbStream.Factory(
                    new AwsAccess(TestCredentials.REGION, fake.endpoint()),
                    ItemFilter.ALL,
                    Duration.ZERO)
                .open(FakeStreams.ARN)) {
      fake.throttleEveryOtherListingPage();

      StreamResponse answer = stream.shards().join();

      assertThat(answer)
          .isInstanceOfSatisfying(
              StreamResponse.Shards.class, listing -> assertThat(listing.shards()).hasSize(40));
      assertThat(fake.listings()).isEqualTo(1);
    }
  }
}
