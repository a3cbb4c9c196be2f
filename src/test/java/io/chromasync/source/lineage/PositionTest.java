package io.chromasync.source.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.source.ShardStream;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PositionTest {

  private static final ShardStream.Limits LIMITS =
      new ShardStream.Limits(Duration.ofHours(24), Duration.ofMinutes(10), Duration.ZERO, true);
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  @Test
  void aFreshStartIsReadNoFurtherThanItsFirstRecord() {
    Position reached =
        Position.start(Position.EVERYTHING, NOON)
            .after(createdAt(NOON.minus(Duration.ofHours(20))));

    assertThat(reached.isOlderThan(retainedSince(NOON.plus(Duration.ofHours(3))))).isFalse();
    assertThat(reached.isOlderThan(retainedSince(NOON.plus(Duration.ofHours(5))))).isTrue();
  }

  @Test
  void afterASkippedGapAShardIsReadNoFurtherThanItsFirstRecord() {
    Position beforeGap = Position.born(Position.EVERYTHING, NOON.minus(Duration.ofHours(40)));

    Position reached = beforeGap.skipped(NOON).after(createdAt(NOON.minus(Duration.ofHours(20))));

    assertThat(reached.isOlderThan(retainedSince(NOON.plus(Duration.ofHours(5))))).isTrue();
  }

  @Test
  void aRecordFromBeforeTheStartMovesItNoFurtherBack() {
    Instant start = NOON.minus(Duration.ofHours(2));

    Position reached =
        Position.start(start.toEpochMilli(), NOON)
            .after(createdAt(NOON.minus(Duration.ofHours(23))));

    assertThat(reached.readToMillis()).isEqualTo(start.toEpochMilli());
  }

  @Test
  void aRecordThatIsOlderThanTheTipSeenMovesNothingBack() {
    Position tip =
        Position.start(Position.EVERYTHING, NOON)
            .after(createdAt(NOON))
            .readTo(NOON.toEpochMilli());

    assertThat(tip.after(createdAt(NOON.minusMillis(900))).readToMillis())
        .isEqualTo(NOON.toEpochMilli());
  }

  @Test
  void aClockThatIsAMinuteSlowHidesNoGap() {
    Position reached = Position.born(Position.EVERYTHING, NOON);

    assertThat(reached.isOlderThan(retainedSince(NOON.plus(LIMITS.retention()).minusSeconds(59))))
        .isTrue();
    assertThat(reached.isOlderThan(retainedSince(NOON.plus(LIMITS.retention()).minusSeconds(61))))
        .isFalse();
  }

  private static Instant retainedSince(Instant now) {
    return LIMITS.retainedSince(now);
  }

  private static ShardRecord createdAt(Instant created) {
    return new ShardRecord("1", created.toEpochMilli(), null);
  }
}
