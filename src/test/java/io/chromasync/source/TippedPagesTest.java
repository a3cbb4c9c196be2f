package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.runtime.RetryPolicy;
import io.chromasync.source.SourceSettings.OnGap;
import io.chromasync.source.SourceSettings.Reading;
import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.Shard;
import io.chromasync.source.lineage.ShardRecord;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.ShardStep;
import io.chromasync.source.lineage.StartPosition;
import io.chromasync.source.lineage.StreamGap;
import io.chromasync.source.lineage.StreamResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pages of a stream that tells how far it is to the tip, and passes over what it no longer has. */
@Timeout(60)
class TippedPagesTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Duration DAY = Duration.ofHours(24);
  private static final Shard SHARD = new Shard("a", List.of());

  private final Deque<StreamResponse.Page> pages = new ArrayDeque<>();

  @Test
  void whatIsPassedOverInTheMiddleOfAShardIsAGap() {
    pages.add(page(0, record("9", NOON.minus(DAY).plusSeconds(90))));

    assertThatThrownBy(() -> open(OnGap.FAIL, readTo(NOON.minus(DAY))).fetch())
        .isInstanceOf(StreamGap.class)
        .hasMessageContaining("the last change read has sequence number 5");
  }

  @Test
  void aGapThatIsSkippedIsTheFirstStep() throws IOException {
    pages.add(page(0, record("9", NOON)));

    List<ShardStep> steps = steps(open(OnGap.SKIP, readTo(NOON.minus(DAY))).fetch());

    assertThat(steps).hasSize(2);
    assertThat(steps.get(0)).isInstanceOf(ShardStep.Skipped.class);
    assertThat(steps.get(1)).isEqualTo(record("9", NOON));
  }

  @Test
  void aShardThatIsBehindButInTimeHasNone() throws IOException {
    ShardRecord record = record("9", NOON.minus(DAY).plusSeconds(100));
    pages.add(page(5, record));

    assertThat(steps(open(OnGap.FAIL, readTo(NOON.minus(DAY).plusSeconds(90))).fetch()))
        .containsExactly(record);
  }

  @Test
  void oneEmptyPageAtTheTipTellsHowFarTheShardIsReadAndManyBeforeItDoNot() throws IOException {
    // Given
    for (int i = 0; i < 20; i++) {
      pages.add(page(1));
    }
    pages.add(page(0));

    // When
    List<ShardStep> steps = steps(open(OnGap.FAIL, readTo(NOON.minusSeconds(600))).fetch());

    // Then
    assertThat(pages).isEmpty();
    assertThat(steps)
        .containsExactly(new ShardStep.Moved(new Position("5", NOON.toEpochMilli(), 0, true)));
  }

  private static Position readTo(Instant time) {
    return new Position("5", time.toEpochMilli(), 0, true);
  }

  private static ShardRecord record(String sequence, Instant created) {
    return new ShardRecord(sequence, created.toEpochMilli(), null);
  }

  private static StreamResponse.Page page(long millisBehind, ShardRecord... records) {
    return new StreamResponse.Page(List.of(records), "next", millisBehind > 0, millisBehind);
  }

  private ShardPages open(OnGap onGap, Position position) {
    PollIntervals pace =
        new PollIntervals(
            Duration.ofHours(1),
            Duration.ZERO,
            Duration.ofMillis(10),
            Duration.ofSeconds(1),
            RetryPolicy.between(Duration.ofMillis(2), Duration.ofMillis(10)).atMost(5));
    ReadingRules rules =
        new ReadingRules(
            "stream", new Reading(StartPosition.TRIM_HORIZON, onGap, null), pace, () -> NOON);
    SourceMetrics metrics = SourceMetrics.register(new CountingMetrics(), () -> NOON);
    ShardPages opened = new ShardPages(name -> new Tipped(), rules, metrics);
    opened.handleSplitsChanges(
        new SplitsAddition<>(List.of(ShardSplit.unread("stream", SHARD, position))));
    return opened;
  }

  private static List<ShardStep> steps(RecordsWithSplitIds<ShardStep> fetch) {
    List<ShardStep> steps = new ArrayList<>();
    fetch.nextSplit();
    for (ShardStep step = fetch.nextRecordFromSplit();
        step != null;
        step = fetch.nextRecordFromSplit()) {
      steps.add(step);
    }
    return steps;
  }

  /** Answers with the pages that are given. */
  private final class Tipped implements ShardStream {

    @Override
    public Limits limits() {
      return new Limits(DAY, Duration.ofMinutes(4), Duration.ZERO, false);
    }

    @Override
    public CompletableFuture<StreamResponse> shards() {
      throw new AssertionError("a reader lists no shards");
    }

    @Override
    public CompletableFuture<StreamResponse> iterator(String shard, Position position) {
      return CompletableFuture.completedFuture(new StreamResponse.ShardIterator("first"));
    }

    @Override
    public CompletableFuture<StreamResponse> page(String shard, String iterator) {
      return CompletableFuture.completedFuture(pages.remove());
    }

    @Override
    public void close() {}
  }
}
