package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.ShardRecord;
import io.chromasync.source.lineage.StreamResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardLagTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private final ShardLag lag = new ShardLag();

  @Test
  void itIsTheAgeOfTheOldestPlaceAmongTheShards() {
    open("a", "b");

    lag.read("a", page(NOON.minusSeconds(30)), NOON);
    lag.read("b", page(NOON.minusSeconds(10)), NOON);

    assertThat(lag.millis(NOON)).isEqualTo(30_000);
    assertThat(lag.millis(NOON.plusSeconds(5))).isEqualTo(35_000);
  }

  @Test
  void itIsZeroAtTheTipWhileTheShardIsPolled() {
    open("a");
    lag.read("a", page(NOON.minusSeconds(30)), NOON);

    lag.read("a", page(), NOON);

    assertThat(lag.millis(NOON.plusSeconds(4))).isZero();
  }

  @Test
  void itGrowsWhenNothingIsHeardOfAShardAtItsTip() {
    open("a");

    lag.read("a", page(), NOON);

    assertThat(lag.millis(NOON.plusSeconds(3600))).isEqualTo(3_600_000);
  }

  @Test
  void aRestoredShardIsBehindBeforeItsFirstPage() {
    lag.opened("a", Position.start(Position.EVERYTHING, NOON.minusSeconds(7200)));

    assertThat(lag.millis(NOON)).isEqualTo(7_200_000);
  }

  @Test
  void whatTheApiSaysOfTheTipCounts() {
    open("a");

    lag.read("a", new StreamResponse.Page(List.of(), "next", false, 7_000L), NOON);
    assertThat(lag.millis(NOON)).isEqualTo(7_000);

    lag.read("a", new StreamResponse.Page(List.of(), "next", false, 0L), NOON);
    assertThat(lag.millis(NOON)).isZero();
  }

  @Test
  void aClosedShardHasNone() {
    open("a");
    lag.read("a", page(NOON.minusSeconds(30)), NOON);

    lag.closed("a");
    lag.read("a", page(NOON.minusSeconds(30)), NOON);

    assertThat(lag.millis(NOON)).isZero();
    assertThat(lag.shards()).isZero();
  }

  private void open(String... shards) {
    for (String shard : shards) {
      lag.opened(shard, Position.start(Position.EVERYTHING, NOON));
    }
  }

  private static StreamResponse.Page page(Instant... created) {
    List<ShardRecord> records =
        List.of(created).stream()
            .map(time -> new ShardRecord("1", time.toEpochMilli(), null))
            .toList();
    return new StreamResponse.Page(records, "next", false, null);
  }
}
