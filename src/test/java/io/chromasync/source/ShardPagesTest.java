package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.AwsAccess;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.source.SourceSettings.OnGap;
import io.chromasync.source.SourceSettings.Reading;
import io.chromasync.source.dynamodb.DynamoDbStream;
import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.Shard;
import io.chromasync.source.lineage.ShardRecord;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.ShardStep;
import io.chromasync.source.lineage.StartPosition;
import io.chromasync.source.lineage.StreamGap;
import io.chromasync.testing.FakeStreams;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads the pages of a stream that speaks the real protocol. */
@Timeout(60)
class ShardPagesTest {

  /** A shard at its tip is asked once and never again within a test. */
  private static final PollIntervals ONCE =
      new PollIntervals(
          Duration.ofHours(1),
          Duration.ZERO,
          Duration.ofMillis(10),
          Duration.ofSeconds(1),
          RetryPolicy.between(Duration.ofMillis(2), Duration.ofMillis(10)).atMost(5));

  private static final PollIntervals AGAIN =
      new PollIntervals(
          Duration.ofMillis(5), ONCE.behind(), ONCE.tick(), ONCE.listing(), ONCE.backoff());

  /** As in production, but for the tip. */
  private static final PollIntervals PATIENT =
      new PollIntervals(
          ONCE.atTip(), ONCE.behind(), ONCE.tick(), ONCE.listing(), RetryPolicy.FOUR_MINUTES);

  private static final Duration DAY = Duration.ofHours(24);

  private final FakeStreams stream = FakeStreams.start(2, 1);
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final List<ShardPages> opened = new ArrayList<>();
  private SourceMetrics metrics;

  @BeforeAll
  static void credentials() {
    WarmNetty.up();
  }

  @AfterEach
  void close() {
    opened.forEach(ShardPages::close);
    thread.shutdownNow();
    stream.close();
  }

  @Nested
  class Pace {

    @Test
    void wakeUpUnblocksAFetchThatHasNothingToBring() {
      // Given: an empty shard, asked once
      String shard = stream.openShards().get(0);
      ShardPages pages = open(ONCE, OnGap.FAIL, fresh(shard));
      CompletableFuture<RecordsWithSplitIds<ShardStep>> fetch = fetchAside(pages);
      Awaitility.await().until(() -> stream.pageCalls(shard) == 1);
      assertThat(fetch).isNotDone();

      // When
      pages.wakeUp();

      // Then
      assertThat(fetch.join().nextSplit()).isNull();
      assertThat(stream.pageCalls(shard)).isEqualTo(1);
    }

    @Test
    void aWakeUpBeforeTheFetchIsNotLost() throws IOException {
      ShardPages pages = open(ONCE, OnGap.FAIL, fresh(stream.openShards().get(0)));

      pages.wakeUp();

      assertThat(pages.fetch().nextSplit()).isNull();
    }

    @Test
    void aShardAtItsTipRestsBetweenPages() throws IOException {
      // Given
      String shard = stream.shardOf("x");
      String first = stream.put("x", "1");
      ShardPages pages = open(ONCE, OnGap.FAIL, fresh(shard));
      assertThat(sequences(pages.fetch())).containsExactly(first);

      // When: more comes, but the pause is an hour
      stream.put("x", "2");
      CompletableFuture<RecordsWithSplitIds<ShardStep>> fetch = fetchAside(pages);
      pages.wakeUp();
      fetch.join();

      // Then
      assertThat(stream.pageCalls(shard)).isEqualTo(1);
    }

    @Test
    void fullPagesFollowWithoutAPause() throws IOException {
      // Given: old records, in pages of one, and a pause of an hour at the tip
      List<String> put = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        put.add(stream.put("x", "v" + i, Instant.now().minusSeconds(60)));
      }
      stream.recordsPerPage(1);
      ShardPages pages = open(ONCE, OnGap.FAIL, fresh(stream.shardOf("x")));

      List<String> read = new ArrayList<>();
      while (read.size() < put.size()) {
        read.addAll(sequences(pages.fetch()));
      }

      assertThat(read).isEqualTo(put);
    }

    @Test
    void aThrottledShardKeepsNoOtherWaiting() throws IOException {
      // Given: two shards of which more waits than a page; one is refused for as long as it takes
      String throttled = stream.openShards().get(0);
      String free = stream.openShards().get(1);
      putOld(throttled, 12);
      putOld(free, 60);
      stream.recordsPerPage(1);
      stream.limitPages(throttled, 0);
      ShardPages pages = open(PATIENT, OnGap.FAIL, fresh(throttled), fresh(free));

      for (int i = 0; i < 60; i++) {
        assertThat(pages.fetch().nextSplit()).isEqualTo(free);
      }
    }

    @Test
    void aShardThatTakesFewCallsIsReadToItsEndWithFewRefusals() throws IOException {
      String throttled = stream.openShards().get(0);
      putOld(throttled, 20);
      stream.recordsPerPage(1);
      stream.limitPages(throttled, 5);
      ShardPages pages = open(PATIENT, OnGap.FAIL, fresh(throttled));

      for (int i = 0; i < 20; i++) {
        assertThat(sequences(pages.fetch())).hasSize(1);
      }

      assertThat(stream.refused()).isLessThanOrEqualTo(10);
      assertThat(metrics.requestsThrottled().getCount()).isEqualTo(stream.refused());
    }

    @Test
    void aSlowShardKeepsNoOtherWaiting() throws IOException {
      // Given
      String slow = stream.openShards().get(0);
      String quick = stream.openShards().get(1);
      String key = keyOf(quick);
      stream.hang(slow);
      ShardPages pages = open(AGAIN, OnGap.FAIL, fresh(slow), fresh(quick));

      // When
      String first = stream.put(key, "1");
      List<String> read = new ArrayList<>(sequences(pages.fetch()));
      String second = stream.put(key, "2");
      read.addAll(sequences(pages.fetch()));

      // Then
      assertThat(read).containsExactly(first, second);
      assertThat(stream.pageCalls(slow)).isLessThanOrEqualTo(1);
      stream.release(slow);
    }

    @Test
    void emptyPagesOnTheWayAreNotTheEnd() throws IOException {
      stream.answerEmpty(5);
      String put = stream.put("x", "1");

      assertThat(sequences(open(AGAIN, OnGap.FAIL, fresh(stream.shardOf("x"))).fetch()))
          .containsExactly(put);
    }
  }

  @Nested
  class Errors {

    @Test
    void anExpiredIteratorIsReplacedAfterTheLastRecordRead() throws IOException {
      // Given
      String first = stream.put("x", "1");
      ShardPages pages = open(AGAIN, OnGap.FAIL, fresh(stream.shardOf("x")));
      assertThat(sequences(pages.fetch())).containsExactly(first);

      // When
      stream.expireIterators();
      String second = stream.put("x", "2");

      // Then
      assertThat(sequences(pages.fetch())).containsExactly(second);
      assertThat(metrics.iteratorsRenewed().getCount()).isEqualTo(1);
    }

    @Test
    void anIteratorThatExpiresBeforeTheFirstRecordIsReplacedAtTheStart() {
      // Given
      String shard = stream.shardOf("x");
      ShardPages pages = open(AGAIN, OnGap.FAIL, fresh(shard));
      CompletableFuture<RecordsWithSplitIds<ShardStep>> fetch = fetchAside(pages);
      Awaitility.await().until(() -> stream.pageCalls(shard) > 0);

      // When
      stream.expireIterators();
      String put = stream.put("x", "1");

      // Then
      assertThat(sequences(fetch.join())).containsExactly(put);
    }

    @Test
    void aClosedShardEndsAfterItsLastRecord() throws IOException {
      String shard = stream.shardOf("x");
      String put = stream.put("x", "1");
      stream.rotate(shard);

      RecordsWithSplitIds<ShardStep> fetch = open(AGAIN, OnGap.FAIL, fresh(shard)).fetch();

      assertThat(sequences(fetch)).containsExactly(put);
      assertThat(fetch.finishedSplits()).containsExactly(shard);
      assertThat(metrics.lag().shards()).isZero();
    }

    @Test
    void throttlingIsCountedAndBorne() throws IOException {
      stream.throttle(7);
      String put = stream.put("x", "1");

      assertThat(sequences(open(AGAIN, OnGap.FAIL, fresh(stream.shardOf("x"))).fetch()))
          .containsExactly(put);
      assertThat(metrics.requestsThrottled().getCount()).isEqualTo(7);
    }

    @Test
    void badMomentsAreBorneUpToALimit() throws IOException {
      stream.fail(5);
      String put = stream.put("x", "1");
      assertThat(sequences(open(AGAIN, OnGap.FAIL, fresh(stream.shardOf("x"))).fetch()))
          .containsExactly(put);

      stream.fail(6);
      ShardPages pages = open(AGAIN, OnGap.FAIL, fresh(stream.shardOf("x")));
      assertThatThrownBy(pages::fetch)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot be read (attempt 6, UNAVAILABLE)");
    }

    @Test
    void throttlingUsesUpNoAttemptOfABadMoment() throws IOException {
      // Given: more throttling than bad moments are borne, and then the first bad moment
      stream.throttle(20);
      stream.fail(1);
      String put = stream.put("x", "1");

      // Then
      assertThat(sequences(open(AGAIN, OnGap.FAIL, fresh(stream.shardOf("x"))).fetch()))
          .containsExactly(put);
    }

    @Test
    void iteratorsThatExpireAgainAndAgainFailInTheEnd() {
      stream.put("x", "1");
      stream.expireEveryIterator();

      assertThatThrownBy(open(AGAIN, OnGap.FAIL, fresh(stream.shardOf("x")))::fetch)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot be read (attempt 6, EXPIRED)");
    }

    @Test
    void aShardDeniedByMistakeIsReadAllTheSame() throws IOException {
      stream.deny(3);
      String put = stream.put("x", "1");

      assertThat(sequences(open(AGAIN, OnGap.FAIL, fresh(stream.shardOf("x"))).fetch()))
          .containsExactly(put);
    }
  }

  @Nested
  class Gaps {

    @Test
    void recordsTrimmedBeforeTheFirstReadOfAFreshStartAreNoGap() throws IOException {
      // Given: the iterator is there, the records go
      String shard = stream.shardOf("x");
      stream.put("x", "1");
      stream.hang(shard);
      ShardPages pages = open(AGAIN, OnGap.FAIL, fresh(shard));
      CompletableFuture<RecordsWithSplitIds<ShardStep>> fetch = fetchAside(pages);
      Awaitility.await().until(() -> stream.pageCalls(shard) == 1);

      // When
      stream.trim(shard, 1);
      String kept = stream.put("x", "2");
      stream.release(shard);

      // Then
      assertThat(sequences(fetch.join())).containsExactly(kept);
      assertThat(metrics.gaps().getCount()).isZero();
    }

    @Test
    void recordsTrimmedAfterThePositionFailTheJobAndSayWhatToDo() {
      String shard = stream.shardOf("x");
      String read = stream.put("x", "1");
      stream.put("x", "2");
      stream.trim(shard, 2);
      Position reached =
          new Position(read, Instant.now().minus(Duration.ofHours(30)).toEpochMilli(), 0, true);

      ShardPages pages = open(AGAIN, OnGap.FAIL, fresh(shard).at(reached));

      assertThatThrownBy(pages::fetch)
          .isInstanceOf(StreamGap.class)
          .hasMessageContaining("Shard " + shard + " of stream " + FakeStreams.ARN)
          .hasMessageContaining(
              "no longer has all its unread changes: the last change read has sequence number "
                  + read)
          .hasMessageContaining(
              "Changes made from %s to ", Instant.ofEpochMilli(reached.readToMillis()))
          .hasMessageContaining("To resume without them, set 'source.on-gap' to skip.")
          .hasMessageContaining("rewrite the items of the table that changed in that time");
    }

    @Test
    void aSkippedGapIsCountedAndReadingGoesOnAtTheOldestRecord() throws IOException {
      String shard = stream.shardOf("x");
      String read = stream.put("x", "1");
      stream.put("x", "2");
      stream.trim(shard, 2);
      String oldest = stream.put("x", "3");
      Position reached = new Position(read, 1, 0, true);

      ShardPages pages = open(AGAIN, OnGap.SKIP, fresh(shard).at(reached));

      // Then: the split's state moves beyond the gap before the record, so it is not counted again
      ShardStep first = steps(pages.fetch()).get(0);
      assertThat(first)
          .isInstanceOfSatisfying(
              ShardStep.Skipped.class,
              skipped -> assertThat(skipped.to().isOlderThan(Instant.now().minus(DAY))).isFalse());
      assertThat(sequences(pages.fetch())).containsExactly(oldest);
      assertThat(metrics.gaps().getCount()).isEqualTo(1);
    }

    @Test
    void recordsOfAnUnreadShardOlderThanTheRetentionAreAGapThoughNothingIsRefused() {
      // Given: the shard is there, its first records are not
      String shard = stream.shardOf("x");
      stream.put("x", "1");
      stream.trim(shard, 1);
      stream.put("x", "2");
      Instant born = Instant.now().minus(DAY).minusSeconds(60);
      ShardSplit child =
          ShardSplit.unread(
              FakeStreams.ARN,
              new Shard(shard, List.of("parent")),
              Position.born(Position.EVERYTHING, born));

      assertThatThrownBy(open(AGAIN, OnGap.FAIL, child)::fetch)
          .isInstanceOf(StreamGap.class)
          .hasMessageContaining("none of it was read yet");
    }

    @Test
    void aSkippedGapOfAnUnreadShardIsCountedOnceAndMovesTheState() throws IOException {
      // Given
      String shard = stream.shardOf("x");
      stream.put("x", "1");
      stream.trim(shard, 1);
      String kept = stream.put("x", "2");
      Instant born = Instant.now().minus(DAY).minusSeconds(60);
      ShardPages pages =
          open(AGAIN, OnGap.SKIP, fresh(shard).at(Position.born(Position.EVERYTHING, born)));

      // When
      List<ShardStep> steps = steps(pages.fetch());

      // Then
      assertThat(steps).hasSize(2);
      assertThat(steps.get(0)).isInstanceOf(ShardStep.Skipped.class);
      assertThat(steps.get(1))
          .isInstanceOfSatisfying(
              ShardRecord.class, record -> assertThat(record.sequence()).isEqualTo(kept));
      assertThat(metrics.gaps().getCount()).isEqualTo(1);
    }

    @Test
    void aTrimmedRecordThatWasReadIsNoGapIfTheShardIsKnownToBeReadBeyondIt() throws IOException {
      // Given: the last record was long ago, the tip was seen since
      String shard = stream.shardOf("x");
      String read = stream.put("x", "1");
      stream.trim(shard, 1);
      String next = stream.put("x", "2");
      long readTo = Instant.now().minus(Duration.ofHours(22)).toEpochMilli();

      ShardPages pages =
          open(AGAIN, OnGap.FAIL, fresh(shard).at(new Position(read, readTo, 0, true)));

      assertThat(sequences(pages.fetch())).containsExactly(next);
      assertThat(metrics.gaps().getCount()).isZero();
    }

    @Test
    void theStateOfAShardAtItsTipLearnsHowFarItIsRead() throws IOException {
      // Given
      Instant opened = Instant.now();
      String shard = stream.shardOf("x");
      Position old = new Position(null, opened.minusSeconds(90).toEpochMilli(), 0, true);

      // When: nothing comes
      List<ShardStep> steps = steps(open(AGAIN, OnGap.FAIL, fresh(shard).at(old)).fetch());

      // Then
      assertThat(steps)
          .singleElement()
          .isInstanceOfSatisfying(
              ShardStep.Moved.class,
              moved ->
                  assertThat(moved.to().readToMillis())
                      .isGreaterThanOrEqualTo(opened.toEpochMilli()));
      assertThat(stream.pageCalls(shard)).isGreaterThan(5);
    }

    @Test
    void aShardThatVanishedHalfReadIsAGap() throws IOException {
      String shard = stream.shardOf("x");
      String read = stream.put("x", "1");
      stream.rotate(shard);
      stream.remove(shard);
      ShardSplit split = fresh(shard).at(new Position(read, 1, 0, true));

      assertThatThrownBy(open(AGAIN, OnGap.FAIL, split)::fetch).isInstanceOf(StreamGap.class);

      RecordsWithSplitIds<ShardStep> skipped = open(AGAIN, OnGap.SKIP, split).fetch();
      assertThat(skipped.finishedSplits()).containsExactly(shard);
      assertThat(metrics.gaps().getCount()).isEqualTo(1);
    }

    @Test
    void aPromisedShardThatVanishedUnreadIsAGap() {
      ShardSplit child =
          ShardSplit.unread(
              FakeStreams.ARN,
              new Shard("gone", List.of("parent")),
              Position.born(0, Instant.now()));

      assertThatThrownBy(open(AGAIN, OnGap.FAIL, child)::fetch)
          .isInstanceOf(StreamGap.class)
          .hasMessageContaining("none of it was read yet");
    }

    @Test
    void anOldShardThatVanishedBeforeAFreshStartReadItIsNone() throws IOException {
      RecordsWithSplitIds<ShardStep> fetch = open(AGAIN, OnGap.FAIL, fresh("gone")).fetch();

      assertThat(fetch.finishedSplits()).containsExactly("gone");
      assertThat(metrics.gaps().getCount()).isZero();
    }
  }

  @Test
  void aPausedShardIsNotAskedUntilItResumes() throws IOException {
    // Given
    String shard = stream.shardOf("x");
    ShardSplit split = fresh(shard);
    ShardPages pages = open(AGAIN, OnGap.FAIL, split);
    pages.pauseOrResumeSplits(List.of(split), List.of());
    String put = stream.put("x", "1");
    CompletableFuture<RecordsWithSplitIds<ShardStep>> fetch = fetchAside(pages);
    pages.wakeUp();
    fetch.join();
    assertThat(stream.pageCalls(shard)).isZero();

    // When
    pages.pauseOrResumeSplits(List.of(), List.of(split));

    // Then
    assertThat(sequences(pages.fetch())).containsExactly(put);
  }

  @Test
  void lagFallsToZeroWhenTheTipIsReached() throws IOException {
    // Given
    stream.put("x", "1", Instant.now().minusSeconds(60));
    ShardPages pages = open(AGAIN, OnGap.FAIL, fresh(stream.shardOf("x")));
    pages.fetch();

    // When
    CompletableFuture<RecordsWithSplitIds<ShardStep>> fetch = fetchAside(pages);

    // Then
    Awaitility.await().until(() -> metrics.lag().millis(Instant.now()) == 0);
    pages.wakeUp();
    fetch.join();
  }

  private ShardPages open(PollIntervals pace, OnGap onGap, ShardSplit... splits) {
    Clock clock = Clock.systemUTC();
    metrics =
        SourceMetrics.register(UnregisteredMetricsGroup.createSourceReaderMetricGroup(), clock);
    ShardStream.Factory streams =
        new DynamoDbStream.Factory(
            new AwsAccess(TestCredentials.REGION, stream.endpoint()),
            ItemFilter.ALL,
            Duration.ZERO);
    ShardPages pages =
        new ShardPages(
            streams,
            new ReadingRules(
                FakeStreams.ARN, new Reading(StartPosition.TRIM_HORIZON, onGap, null), pace, clock),
            metrics);
    opened.add(pages);
    pages.handleSplitsChanges(new SplitsAddition<>(List.of(splits)));
    return pages;
  }

  private static ShardSplit fresh(String shard) {
    return ShardSplit.unread(
        FakeStreams.ARN,
        new Shard(shard, List.of()),
        Position.start(Position.EVERYTHING, Instant.now()));
  }

  private void putOld(String shard, int records) {
    for (int i = 0; i < records; i++) {
      stream.put(keyOf(shard), "1", Instant.now().minusSeconds(60));
    }
  }

  private String keyOf(String shard) {
    for (int i = 0; ; i++) {
      if (stream.shardOf("key" + i).equals(shard)) {
        return "key" + i;
      }
    }
  }

  private CompletableFuture<RecordsWithSplitIds<ShardStep>> fetchAside(ShardPages pages) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return pages.fetch();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        },
        thread);
  }

  private static List<String> sequences(RecordsWithSplitIds<ShardStep> fetch) {
    return steps(fetch).stream()
        .filter(ShardRecord.class::isInstance)
        .map(step -> ((ShardRecord) step).sequence())
        .toList();
  }

  private static List<ShardStep> steps(RecordsWithSplitIds<ShardStep> fetch) {
    List<ShardStep> steps = new ArrayList<>();
    while (fetch.nextSplit() != null) {
      for (ShardStep s = fetch.nextRecordFromSplit(); s != null; s = fetch.nextRecordFromSplit()) {
        steps.add(s);
      }
    }
    return steps;
  }
}
