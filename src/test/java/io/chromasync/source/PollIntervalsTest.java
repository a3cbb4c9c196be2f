package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.source.lineage.ShardRecord;
import io.chromasync.source.lineage.StreamResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PollIntervalsTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  @Test
  void anEmptyShardIsAskedFourTimesASecond() {
    assertThat(PollIntervals.STANDARD.afterPage(page(false), NOON))
        .isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void aFullPageIsFollowedAtOnce() {
    assertThat(PollIntervals.STANDARD.afterPage(page(true, NOON), NOON)).isZero();
  }

  @Test
  void aPageOfOldRecordsThatIsNotFullIsFollowedFiveTimesASecond() {
    assertThat(PollIntervals.STANDARD.afterPage(page(false, NOON.minusSeconds(3)), NOON))
        .isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void aFewRecordsOfJustNowAreTheTip() {
    assertThat(PollIntervals.STANDARD.afterPage(page(false, NOON.minusSeconds(1)), NOON))
        .isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void theLastRecordDecides() {
    assertThat(PollIntervals.STANDARD.afterPage(page(false, NOON.minusSeconds(90), NOON), NOON))
        .isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void whereTheStreamTellsHowFarItIsToTheTipThatDecides() {
    assertThat(
            PollIntervals.STANDARD.afterPage(
                new StreamResponse.Page(List.of(), "next", true, 1L), NOON))
        .isZero();
    assertThat(
            PollIntervals.STANDARD.afterPage(
                new StreamResponse.Page(List.of(), "next", false, 0L), NOON))
        .isEqualTo(Duration.ofMillis(250));
  }

  private static StreamResponse.Page page(boolean full, Instant... created) {
    List<ShardRecord> records =
        List.of(created).stream()
            .map(time -> new ShardRecord("1", time.toEpochMilli(), null))
            .toList();
    return new StreamResponse.Page(records, "next", full, null);
  }
}
