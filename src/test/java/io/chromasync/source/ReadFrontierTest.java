package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.source.lineage.Lineage;
import io.chromasync.source.lineage.Shard;
import io.chromasync.source.lineage.StartPosition;
import io.chromasync.source.lineage.StreamResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadFrontierTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private final Lineage lineage = new Lineage("stream", StartPosition.TRIM_HORIZON);
  private final ReadFrontier frontier = new ReadFrontier(Duration.ofSeconds(3));

  @BeforeEach
  void list() {
    list(new Shard("a", List.of()), new Shard("b", List.of()));
    lineage.assignable().forEach(lineage::assigned);
  }

  @Test
  void nothingIsReadBeforeAllShardsAreReported() {
    report("a", 100);

    assertThat(next()).isNull();
  }

  @Test
  void theSlowestShardDecidesLessTheMargin() {
    report("a", 100);
    report("b", 50);

    assertThat(next()).isEqualTo(at(47));
    assertThat(next()).as("it is sent once").isNull();
  }

  @Test
  void aReportOfAnotherReaderSaysNothing() {
    frontier.report(Map.of("a", at(100), "b", at(100)), "a"::equals);

    assertThat(next()).isNull();
  }

  @Test
  void aShardThatEndedHoldsUntilAChildIsListedAndThenTheChildDoes() {
    report("a", 100);
    report("b", 50);
    next();
    end("b", 60);
    report("a", 200);
    assertThat(next()).as("the end of b").isEqualTo(at(57));

    list(new Shard("a", List.of()), new Shard("b", List.of()), new Shard("c", List.of("b")));
    report("a", 250);
    assertThat(next()).as("c is not read").isNull();

    report("c", 240);
    assertThat(next()).isEqualTo(at(237));
  }

  @Test
  void aChildIsNoSlowerThanItsParent() {
    list(new Shard("a", List.of()), new Shard("b", List.of()), new Shard("c", List.of("b")));
    report("a", 100);
    report("b", 50);

    assertThat(next()).isEqualTo(at(47));
  }

  @Test
  void whatAReaderReportedIsWorthNothingAfterItFailed() {
    report("a", 100);
    report("b", 100);
    next();
    frontier.restart("b"::equals);
    report("a", 200);

    assertThat(next()).isNull();
    report("b", 60);
    assertThat(next()).as("readers have nothing of what was sent").isEqualTo(at(57));
  }

  private void end(String shard, int seconds) {
    frontier.forget(shard);
    lineage.ended(shard, at(seconds), NOON.plusSeconds(seconds));
  }

  private void report(String shard, int seconds) {
    frontier.report(Map.of(shard, at(seconds)), each -> true);
  }

  private Long next() {
    return frontier.next(lineage, NOON.plusSeconds(300));
  }

  private void list(Shard... shards) {
    lineage.listed(new StreamResponse.Shards(List.of(shards), Set.of(), true), NOON);
  }

  private static long at(int seconds) {
    return NOON.plusSeconds(seconds).toEpochMilli();
  }
}
