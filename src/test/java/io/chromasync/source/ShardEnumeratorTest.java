package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.runtime.RetryPolicy;
import io.chromasync.source.SourceSettings.OnGap;
import io.chromasync.source.SourceSettings.Reading;
import io.chromasync.source.lineage.GapSkipped;
import io.chromasync.source.lineage.GapTotal;
import io.chromasync.source.lineage.Lineage;
import io.chromasync.source.lineage.LineageState;
import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.Shard;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.StartPosition;
import io.chromasync.source.lineage.StreamGap;
import io.chromasync.source.lineage.StreamResponse;
import io.chromasync.source.lineage.StreamResponse.Reason;
import io.chromasync.testing.CapturedLog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.connector.testutils.source.reader.TestingSplitEnumeratorContext;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.runtime.metrics.groups.InternalSplitEnumeratorMetricGroup;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ShardEnumeratorTest {

  private static final String STREAM = "stream";
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Shard A = new Shard("a", List.of());
  private static final Shard B = new Shard("b", List.of());
  private static final Shard CHILD_OF_A = new Shard("c", List.of("a"));
  private static final PollIntervals PACE =
      new PollIntervals(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofMillis(1),
          Duration.ofMinutes(1),
          RetryPolicy.between(Duration.ofMillis(2), Duration.ofMillis(4)).atMost(3));

  private final ListedStream stream = new ListedStream();
  private final ListedStream old = new ListedStream();
  private final Streams streams = new Streams();
  private Instant now = NOON;
  private String replay;

  @Nested
  class Assignments {

    @Test
    void shardsAreSpreadOverTheReadersOnceAllAreThere() {
      // Given
      stream.lists(A, B, new Shard("d", List.of()), new Shard("e", List.of()));
      Cluster cluster = new Cluster(2, lineage());
      cluster.register(0);
      cluster.tick();
      assertThat(cluster.assigned()).isEmpty();

      // When
      cluster.register(1);

      // Then
      assertThat(cluster.assignedTo(0)).hasSize(2);
      assertThat(cluster.assignedTo(1)).hasSize(2);
    }

    @Test
    void aChildIsAssignedWhenItsParentIsReportedFinished() {
      stream.lists(A, CHILD_OF_A);
      Cluster cluster = new Cluster(1, lineage());
      cluster.register(0);
      cluster.tick();
      assertThat(cluster.assigned()).containsExactly("a");

      cluster.enumerator.handleSourceEvent(0, new ShardsFinished(Map.of("a", Long.MIN_VALUE)));

      assertThat(cluster.assigned()).containsExactly("a", "c");
    }

    @Test
    void aFinishedShardMakesTheEnumeratorLookForItsChildrenAtOnce() {
      // Given
      stream.lists(A);
      Cluster cluster = new Cluster(1, lineage());
      cluster.register(0);
      cluster.tick();
      cluster.tick();
      assertThat(stream.listings).isEqualTo(1);

      // When
      stream.lists(A, CHILD_OF_A);
      cluster.enumerator.handleSourceEvent(0, new ShardsFinished(Map.of("a", Long.MIN_VALUE)));
      cluster.tick();

      // Then
      assertThat(stream.listings).isEqualTo(2);
      assertThat(cluster.assigned()).containsExactly("a", "c");
    }

    @Test
    void c15AFreshStartIsSaidInTheLogUntilItsFirstCheckpoint() throws Exception {
      stream.lists(A);
      try (CapturedLog log = CapturedLog.of("io.chromasync.source", Level.INFO)) {
        Cluster cluster = new Cluster(1, StartPosition.parse("latest").at(now));
        cluster.enumerator.start();
        cluster.enumerator.snapshotState(1);
        cluster.enumerator.notifyCheckpointComplete(1);
        assertThat(log.lines())
            .as("no shard is known")
            .noneMatch(line -> line.startsWith("The first checkpoint is complete"));
        cluster.context.runPeriodicCall();
        cluster.enumerator.snapshotState(2);
        cluster.enumerator.notifyCheckpointComplete(2);
        cluster.enumerator.notifyCheckpointComplete(3);

        assertThat(log.lines())
            .filteredOn(line -> line.startsWith("The job has no state and begins"))
            .hasSize(1);
        assertThat(log.lines())
            .filteredOn(line -> line.startsWith("The first checkpoint is complete"))
            .hasSize(1);
      }
    }

    @Test
    void shardsAreListedAgainAfterAMinute() {
      stream.lists(A);
      Cluster cluster = new Cluster(1, lineage());
      cluster.tick();
      cluster.tick();
      assertThat(stream.listings).isEqualTo(1);

      now = now.plus(PACE.listing());
      cluster.tick();

      assertThat(stream.listings).isEqualTo(2);
    }

    @Test
    void aReaderMayForgetAFinishedShardOnlyAfterACheckpointThatKnowsIt() throws Exception {
      // Given
      stream.lists(A);
      Cluster cluster = new Cluster(1, lineage());
      cluster.register(0);
      cluster.tick();
      cluster.enumerator.snapshotState(1);
      cluster.enumerator.handleSourceEvent(0, new ShardsFinished(Map.of("a", Long.MIN_VALUE)));

      // When
      cluster.enumerator.notifyCheckpointComplete(1);

      // Then
      assertThat(cluster.eventsTo(0)).isEmpty();

      cluster.enumerator.snapshotState(2);
      cluster.enumerator.notifyCheckpointComplete(2);
      assertThat(cluster.eventsTo(0)).containsExactly(new FinishedShardsAcked(Set.of("a")));
    }

    @Test
    void aFinishReportedBetweenTheTwoSnapshotsOfACheckpointIsNotLost() {
      // Given: the enumerator's snapshot is taken, then the reader reports
      stream.lists(A, CHILD_OF_A);
      Cluster cluster = new Cluster(1, lineage());
      cluster.register(0);
      cluster.tick();
      ShardSplit finished = cluster.splits(0).get(0).asFinished();
      LineageState snapshot = cluster.enumerator.snapshotState(1);
      cluster.enumerator.handleSourceEvent(0, new ShardsFinished(Map.of("a", Long.MIN_VALUE)));

      // When: restored, with the reader's snapshot that still holds the finished shard
      Cluster restored = new Cluster(1, Lineage.restored(snapshot, StartPosition.TRIM_HORIZON));
      restored.register(0, finished);

      // Then
      assertThat(restored.assigned()).containsExactly("c");
    }

    @Test
    void restoredSplitsAreReassignedEvenlyAtTheirPositions() {
      // Given
      stream.lists(A, B);
      Cluster cluster = new Cluster(1, lineage());
      cluster.register(0);
      cluster.tick();
      List<ShardSplit> reached =
          cluster.splits(0).stream().map(split -> split.at(at("42"))).toList();
      LineageState snapshot = cluster.enumerator.snapshotState(1);

      // When: twice as many readers, and one got all the state
      Cluster restored = new Cluster(2, Lineage.restored(snapshot, StartPosition.TRIM_HORIZON));
      restored.tick();
      restored.register(0, reached.toArray(ShardSplit[]::new));
      assertThat(restored.assigned()).isEmpty();
      restored.register(1);

      // Then
      assertThat(restored.splits(0)).hasSize(1);
      assertThat(restored.splits(1)).hasSize(1);
      assertThat(Stream.concat(restored.splits(0).stream(), restored.splits(1).stream()))
          .containsExactlyInAnyOrderElementsOf(reached);
    }

    @Test
    void splitsOfAFailedReaderAreAssignedAgainWithoutFailingTheJob() {
      // Given: both were assigned after the last checkpoint
      stream.lists(A, B);
      Cluster cluster = new Cluster(2, lineage());
      cluster.register(0);
      cluster.register(1);
      cluster.tick();
      List<ShardSplit> lost = cluster.splits(0);

      // When
      cluster.fail(0, lost);
      assertThat(cluster.assignedTo(0)).isEmpty();
      cluster.register(0);

      // Then
      assertThat(cluster.splits(0)).isEqualTo(lost);
      assertThat(cluster.assignedTo(1)).hasSize(1);
    }

    @Test
    void aChildAddedBackWaitsForItsParentThatIsReportedAsUnfinished() {
      // Given: the checkpoint has the parent half read; since then it ended and the child began
      stream.lists(A, CHILD_OF_A);
      Cluster cluster = new Cluster(1, lineage());
      cluster.register(0);
      cluster.tick();
      ShardSplit halfRead = cluster.splits(0).get(0).at(at("7"));
      cluster.enumerator.handleSourceEvent(0, new ShardsFinished(Map.of("a", Long.MIN_VALUE)));
      ShardSplit child = cluster.splits(0).get(1);

      // When
      cluster.fail(0, List.of(child));
      cluster.register(0, halfRead);

      // Then
      assertThat(cluster.splits(0)).containsExactly(halfRead);
      cluster.enumerator.handleSourceEvent(0, new ShardsFinished(Map.of("a", Long.MIN_VALUE)));
      assertThat(cluster.assignedTo(0)).containsExactly("a", "c");
    }

    @Test
    void aSplitThatAnotherReaderHasMeanwhileIsLeftToIt() {
      // Given: restored, reader 0 reports both, and one of them goes to reader 1
      stream.lists(A, B);
      ShardSplit a = ShardSplit.unread(STREAM, A, at("1"));
      ShardSplit b = ShardSplit.unread(STREAM, B, at("2"));
      Cluster cluster = new Cluster(2, lineage());
      cluster.register(0, a, b);
      cluster.register(1);
      ShardSplit own = cluster.splits(0).get(0);
      ShardSplit moved = cluster.splits(1).get(0);

      // When: reader 0 fails before the next checkpoint and reports the same state once more
      cluster.fail(0, List.of(own));
      cluster.register(0, a, b);

      // Then
      assertThat(cluster.splits(0)).containsExactly(own);
      assertThat(cluster.splits(1)).containsExactly(moved);
    }
  }

  @Nested
  class Listings {

    @Test
    void throttledListingsAreRepeatedForEver() {
      stream.refuses(Reason.THROTTLED, 20);
      stream.lists(A);
      Cluster cluster = new Cluster(1, lineage());
      cluster.register(0);

      for (int i = 0; i < 21; i++) {
        cluster.tick();
        now = now.plusMillis(4);
      }

      assertThat(cluster.assigned()).containsExactly("a");
    }

    @Test
    void aStreamThatCannotBeListedFailsTheJobAfterTheLastAttempt() {
      stream.refuses(Reason.UNAVAILABLE, 20);
      Cluster cluster = new Cluster(1, lineage());

      for (int i = 0; i < 3; i++) {
        cluster.tick();
        now = now.plusMillis(4);
      }

      assertThatThrownBy(cluster::tick)
          .hasMessage(
              "The shards of stream stream cannot be listed (attempt 4, UNAVAILABLE): as told");
    }

    @Test
    void throttledListingsUseUpNoAttemptOfABadMoment() {
      // Given
      stream.refuses(Reason.THROTTLED, 20);
      stream.lists(A);
      Cluster cluster = new Cluster(1, lineage());
      cluster.register(0);
      for (int i = 0; i < 20; i++) {
        cluster.tick();
        now = now.plusMillis(4);
      }

      // When
      stream.refuses(Reason.UNAVAILABLE, 1);
      cluster.tick();
      now = now.plusMillis(4);
      cluster.tick();

      // Then
      assertThat(cluster.assigned()).containsExactly("a");
    }

    @Test
    void aStreamDeniedByMistakeIsListedAllTheSame() {
      stream.refuses(Reason.GONE, 2);
      stream.lists(A);
      Cluster cluster = new Cluster(1, lineage());
      cluster.register(0);

      for (int i = 0; i < 3; i++) {
        cluster.tick();
        now = now.plusMillis(4);
      }

      assertThat(cluster.assigned()).containsExactly("a");
    }

    @Test
    void shardsThatWaitAndTheAgeOfTheListingAreGauges() {
      stream.lists(A, CHILD_OF_A);
      Cluster cluster = new Cluster(1, lineage());
      cluster.tick();
      assertThat(cluster.gauge("shards_waiting")).isEqualTo(2);

      cluster.register(0);
      assertThat(cluster.gauge("shards_waiting")).isEqualTo(1);

      now = now.plusSeconds(30);
      assertThat(cluster.gauge("listing_age_ms")).isEqualTo(30_000L);
    }
  }

  @Nested
  class AnotherStream {

    @Test
    void stateOfAnotherStreamIsAGapThatSaysWhatIsLostAndWhatToDo() {
      stream.made = NOON;
      Cluster cluster = new Cluster(1, ofOldStream(NOON.minusSeconds(90)), OnGap.FAIL);

      assertThatThrownBy(cluster.enumerator::start)
          .isInstanceOf(StreamGap.class)
          .hasMessage(
              "The state is of stream old, but the settings mean stream stream. Neither stream has"
                  + " the changes made after the old stream was switched off and before the new"
                  + " stream was switched on. If gaps are skipped, the job first reads the unread"
                  + " changes of the old stream while they are retained (DynamoDB: 24 hours after it"
                  + " was switched off). Changes made from 2026-11-23T11:58:30Z to"
                  + " 2026-11-23T12:00:00Z may be missing. To resume without them, set"
                  + " 'source.on-gap' to skip. To recover them, then rewrite the items of the table"
                  + " that changed in that time, and repeat the deletes. An incremental export of the"
                  + " table to S3 lists both kinds of change if point-in-time recovery is on.");
    }

    @Test
    void theRestOfTheOldStreamIsReadBeforeTheNewOneFromItsOldestRecord() {
      // Given: the old stream was seen on, and had records after that
      stream.lists(B);
      stream.made = NOON.minusSeconds(10);
      old.lists(A);
      old.live = false;
      Cluster cluster = new Cluster(1, ofOldStream(NOON.minusSeconds(90), A), OnGap.SKIP);
      cluster.register(0);
      cluster.settle();
      assertThat(cluster.splits(0)).extracting(ShardSplit::stream).containsExactly("old");
      assertThat(stream.listings).isZero();

      // When
      long last = NOON.minusSeconds(60).toEpochMilli();
      cluster.enumerator.handleSourceEvent(0, new ShardsFinished(Map.of("a", last)));
      cluster.settle();

      // Then: what is missing is the time between that record and the new stream
      assertThat(cluster.splits(0).get(1))
          .isEqualTo(ShardSplit.unread(STREAM, B, Position.born(Position.EVERYTHING, stream.made)));
      assertThat(cluster.context.metrics.count("gaps")).isEqualTo(1);
      assertThat(cluster.gauge("gap_ms")).isEqualTo(50_000L);
      assertThat(cluster.enumerator.snapshotState(1).stream()).isEqualTo(STREAM);
    }

    @Test
    void aNewStreamOlderThanItsRetentionOwesNothingBeforeItsFirstRecord() {
      stream.lists(B);
      stream.made = NOON.minus(Duration.ofHours(30));
      old.live = false;
      Cluster cluster = new Cluster(1, ofOldStream(NOON.minus(Duration.ofHours(40))), OnGap.SKIP);
      cluster.register(0);

      cluster.settle();

      assertThat(cluster.splits(0))
          .singleElement()
          .satisfies(split -> assertThat(split.position().guaranteed()).isFalse());
      assertThat((long) cluster.gauge("gap_ms")).isGreaterThan(Duration.ofHours(16).toMillis());
    }

    @Test
    void anOldStreamThatIsGoneIsFollowedLikeOneThatIsRead() {
      stream.lists(B);
      old.refuses(Reason.GONE, Integer.MAX_VALUE);
      Cluster cluster = new Cluster(1, ofOldStream(NOON.minusSeconds(90)), OnGap.SKIP);
      cluster.register(0);

      cluster.settle();
      cluster.settle();

      assertThat(cluster.assigned()).containsExactly("b");
      assertThat(cluster.context.metrics.count("gaps")).isEqualTo(1);
    }

    @Test
    void anOldStreamWhoseListingLacksAShardIsNotOver() {
      // Given: everything known is read
      stream.lists(B);
      old.live = false;
      Cluster cluster = new Cluster(1, ofOldStream(NOON.minusSeconds(90)), OnGap.SKIP);
      cluster.register(0);
      cluster.tick();

      // When
      old.lists(A);
      cluster.settle();

      // Then
      assertThat(cluster.splits(0)).extracting(ShardSplit::stream).containsExactly("old");
    }

    @Test
    void anOldStreamThatIsStillOnIsNeverLeft() {
      Cluster cluster = new Cluster(1, ofOldStream(NOON.minusSeconds(90)), OnGap.SKIP);

      assertThatThrownBy(cluster::tick)
          .isInstanceOf(StreamGap.class)
          .hasMessage(
              "The state is of stream old, which is still switched on, but the settings mean stream"
                  + " stream. Set 'source.table' or 'source.stream-arn' to the stream of the state,"
                  + " or switch that stream off, or start without state.");
    }

    @Test
    void aReaderThatFailsAfterTheChangeOfStreamReadsTheRestOfTheOldOneAgain() {
      // Given: the last checkpoint has the old shard half read
      stream.lists(B);
      old.lists(A);
      old.live = false;
      Cluster cluster = new Cluster(1, ofOldStream(NOON.minusSeconds(90), A), OnGap.SKIP);
      cluster.register(0);
      cluster.settle();
      ShardSplit halfRead = cluster.splits(0).get(0).at(at("7"));
      cluster.enumerator.handleSourceEvent(0, new ShardsFinished(Map.of("a", Long.MIN_VALUE)));
      cluster.settle();
      assertThat(cluster.assigned()).containsExactly("a", "b");

      // When
      cluster.fail(0, List.of(cluster.splits(0).get(1)));
      cluster.register(0, halfRead);

      // Then
      assertThat(cluster.splits(0)).contains(halfRead);
    }

    @Test
    void aShardOfTheNewStreamThatHasAnOldOnesNameIsRead() {
      stream.lists(A);
      old.live = false;
      Lineage lineage = ofOldStream(NOON.minusSeconds(90), A);
      lineage.ended("a", Long.MIN_VALUE, NOON);
      Cluster cluster = new Cluster(1, lineage, OnGap.SKIP);
      cluster.register(0);

      cluster.settle();

      assertThat(cluster.splits(0)).extracting(ShardSplit::stream).containsExactly(STREAM);
    }

    @Test
    void aSplitOfAStreamThatIsNotKnownIsNotRead() {
      stream.lists(A);
      Cluster cluster = new Cluster(1, lineage());

      cluster.register(0, ShardSplit.unread("old", B, at("5")));
      cluster.tick();

      assertThat(cluster.assigned()).containsExactly("a");
    }

    @Test
    void stateOfAnotherStreamThatWasNeverListedIsNoGap() {
      stream.lists(A);
      LineageState fresh = new LineageState("old", null, 0, List.of(), GapTotal.NONE, 0, null);
      Cluster cluster =
          new Cluster(1, Lineage.restored(fresh, StartPosition.TRIM_HORIZON), OnGap.FAIL);
      cluster.register(0);

      cluster.tick();

      assertThat(cluster.splits(0)).extracting(ShardSplit::stream).containsExactly(STREAM);
    }
  }

  @Nested
  class Gaps {

    @Test
    void aJobThatSleptLongerThanTheRetentionHasAGap() {
      Cluster cluster = new Cluster(1, listedAt(NOON.minus(Duration.ofHours(25))), OnGap.FAIL);

      assertThatThrownBy(cluster.enumerator::start)
          .isInstanceOf(StreamGap.class)
          .hasMessageStartingWith(
              "Stream stream retains changes for 24 hours only, but reading must resume from"
                  + " 2026-11-22T11:00:00Z. Changes made from 2026-11-22T11:00:00Z to"
                  + " 2026-11-22T12:01:00Z may be missing. To resume without them, set"
                  + " 'source.on-gap' to skip.");
    }

    @Test
    void shardsFoundAfterASkippedSleepOweNothingBeforeTheirFirstRecord() {
      // Given
      stream.lists(A);
      Cluster cluster = new Cluster(1, listedAt(NOON.minus(Duration.ofHours(25))), OnGap.SKIP);
      cluster.register(0);

      // When
      cluster.tick();

      // Then
      assertThat(cluster.splits(0))
          .containsExactly(ShardSplit.unread(STREAM, A, Position.start(0, NOON)));
      assertThat(cluster.gauge("gap_ms")).isEqualTo(Duration.ofMinutes(61).toMillis());
    }

    @Test
    void whatWasMissingIsStillKnownAfterARestore() {
      // Given
      stream.lists(A);
      Cluster cluster = new Cluster(1, listedAt(NOON.minus(Duration.ofHours(25))), OnGap.SKIP);
      cluster.register(0);
      cluster.tick();

      // When
      LineageState state = cluster.enumerator.snapshotState(1);
      Cluster restored = new Cluster(1, Lineage.restored(state, StartPosition.TRIM_HORIZON));
      restored.tick();

      // Then
      assertThat(restored.gauge("gap_ms")).isEqualTo(Duration.ofMinutes(61).toMillis());
    }

    @Test
    void theSameTimeMissingInManyShardsCountsOnce() {
      Cluster cluster = new Cluster(1, lineage());
      long from = NOON.minus(Duration.ofHours(30)).toEpochMilli();
      long to = NOON.minus(Duration.ofHours(24)).toEpochMilli();

      cluster.enumerator.handleSourceEvent(0, new GapSkipped(from, to));
      cluster.enumerator.handleSourceEvent(0, new GapSkipped(from + 5, to + 1_000));
      cluster.enumerator.handleSourceEvent(0, new GapSkipped(from, to));

      assertThat(cluster.gauge("gap_ms")).isEqualTo(Duration.ofHours(6).toMillis() + 1_000);
    }

    @Test
    void aJobThatSleptShorterHasNone() {
      Cluster cluster = new Cluster(1, listedAt(NOON.minus(Duration.ofHours(23))), OnGap.FAIL);

      assertThatCode(cluster.enumerator::start).doesNotThrowAnyException();
    }

    @Test
    void aStartBeforeTheRetentionIsAGap() {
      StartPosition dayBeforeYesterday = StartPosition.parse("2026-11-21T12:00:00Z");
      Cluster cluster = new Cluster(1, dayBeforeYesterday);

      assertThatThrownBy(cluster.enumerator::start)
          .isInstanceOf(StreamGap.class)
          .hasMessageContaining("reading must resume from 2026-11-21T12:00:00Z");
    }

    @Test
    void aStreamThatIsSwitchedOffIsAGapOnceItIsReadToItsEnd() {
      // Given
      stream.lists(A);
      stream.live = false;
      Cluster cluster = new Cluster(1, lineage());
      cluster.register(0);
      assertThatCode(cluster::settle).doesNotThrowAnyException();

      // When
      cluster.enumerator.handleSourceEvent(0, new ShardsFinished(Map.of("a", Long.MIN_VALUE)));

      // Then
      assertThatThrownBy(cluster::settle)
          .isInstanceOf(StreamGap.class)
          .hasMessageStartingWith(
              "Stream stream was switched off and is read to its end; nothing is read until the"
                  + " table's stream is switched on again and the job is started from its savepoint,"
                  + " with 'source.table' or the new 'source.stream-arn'. Changes made from"
                  + " 2026-11-23T12:00:00Z to ");
    }

    @Test
    void theTimeSinceASkippedEndIsMissingAndGrows() {
      // Given
      stream.lists(A);
      Cluster cluster = new Cluster(1, lineage(), OnGap.SKIP);
      cluster.register(0);
      cluster.tick();
      cluster.enumerator.handleSourceEvent(0, new ShardsFinished(Map.of("a", Long.MIN_VALUE)));
      assertThat(cluster.gauge("gap_ms")).isEqualTo(0L);

      // When
      stream.live = false;
      cluster.settle();
      now = NOON.plus(Duration.ofHours(3));

      // Then
      assertThat(cluster.gauge("gap_ms")).isEqualTo(Duration.ofHours(3).toMillis());
      assertThat(cluster.context.metrics.count("gaps")).isEqualTo(1);
    }

    @Test
    void aStreamThatIsGoneIsOneThatIsSwitchedOff() {
      // Given
      stream.lists(A);
      Cluster cluster = new Cluster(1, lineage());
      cluster.register(0);
      cluster.tick();
      cluster.enumerator.handleSourceEvent(0, new ShardsFinished(Map.of("a", Long.MIN_VALUE)));

      // When
      stream.refuses(Reason.GONE, Integer.MAX_VALUE);

      // Then
      assertThatThrownBy(
              () -> {
                cluster.settle();
                cluster.settle();
              })
          .isInstanceOf(StreamGap.class);
    }
  }

  @Nested
  class Migrations {

    @Test
    void aStreamOfAnotherKindIsReadFromBeforeWhatEveryReaderReached() {
      // Given: the state's reader is far beyond what the enumerator knew, and one is behind
      streams.follow = false;
      stream.lists(A);
      stream.made = NOON.minus(Duration.ofHours(3));
      Instant behind = NOON.minusSeconds(100);
      Lineage lineage = ofOldStream(NOON.minus(Duration.ofHours(2)), A, B);
      Cluster cluster = new Cluster(2, lineage, OnGap.FAIL);
      cluster.register(0, ofOld(A, new Position("9", NOON.toEpochMilli(), 0, true)));
      cluster.tick();
      assertThat(stream.listings).isZero();
      assertThat(cluster.enumerator.snapshotState(1).stream()).isEqualTo("old");

      // When
      cluster.register(1, ofOld(B, new Position("5", behind.toEpochMilli(), 0, true)));
      cluster.tick();

      // Then
      Instant from = Instant.parse("2026-11-23T11:43:00Z");
      ShardSplit expected =
          ShardSplit.unread(STREAM, A, Position.born(from.toEpochMilli(), behind));
      assertThat(cluster.splits(0)).containsExactly(expected);
      assertThat(old.listings).isZero();
      assertThat(cluster.context.metrics.count("gaps")).isZero();
    }

    @Test
    void aMoveToRoundedTimesRoundsThemUpUntilTheFinerOnesEnd() {
      // Given
      streams.follow = false;
      streams.round = true;
      stream.lists(A);
      stream.made = NOON.minus(Duration.ofHours(3));
      Cluster cluster = new Cluster(1, ofOldStream(NOON.minusSeconds(90), A), OnGap.FAIL);

      // When
      cluster.register(0, ofOld(A, new Position("9", NOON.plusSeconds(7).toEpochMilli(), 0, true)));
      cluster.tick();

      // Then
      ShardSplit moved = cluster.splits(0).get(0);
      assertThat(moved.roundUpMillis()).isEqualTo(NOON.plusSeconds(120).toEpochMilli());
      assertThat(cluster.enumerator.snapshotState(1).roundUpMillis())
          .isEqualTo(moved.roundUpMillis());
    }

    @Test
    void aStreamThatDoesNotReachBackIsAGap() {
      streams.follow = false;
      stream.made = NOON.minusSeconds(30);
      Cluster cluster = new Cluster(1, ofOldStream(NOON.minusSeconds(90), A), OnGap.FAIL);

      assertThatThrownBy(
              () ->
                  cluster.register(
                      0,
                      ofOld(A, new Position("9", NOON.minusSeconds(60).toEpochMilli(), 0, true))))
          .isInstanceOf(StreamGap.class)
          .hasMessageStartingWith(
              "The state is of stream old, but the settings mean stream stream. That stream was"
                  + " created after the last change that was read, or no longer has the changes that"
                  + " followed it; the old stream may still have them. Changes made from"
                  + " 2026-11-23T11:59:00Z to 2026-11-23T11:59:30Z may be missing.");
    }

    @Test
    void aSkippedGapOfAMoveIsCountedAndTheNewStreamOwesNothingBeforeItsFirstRecord() {
      // Given
      streams.follow = false;
      stream.lists(B);
      stream.made = NOON.minusSeconds(30);
      Cluster cluster = new Cluster(1, ofOldStream(NOON.minusSeconds(90), A), OnGap.SKIP);

      // When
      cluster.register(
          0, ofOld(A, new Position("9", NOON.minusSeconds(60).toEpochMilli(), 0, true)));
      cluster.tick();

      // Then
      assertThat(cluster.gauge("gap_ms")).isEqualTo(30_000L);
      assertThat(cluster.splits(0).get(0).position())
          .isEqualTo(Position.start(Instant.parse("2026-11-23T11:44:00Z").toEpochMilli(), NOON));
    }

    @Test
    void ofAStreamWhoseOldestRecordsMayBeUnreadTheOtherIsReadFromItsOldest() {
      streams.follow = false;
      stream.lists(B);
      Cluster cluster = new Cluster(1, startedOnOldStream(A), OnGap.FAIL);

      cluster.register(0);
      cluster.tick();

      assertThat(cluster.splits(0))
          .containsExactly(ShardSplit.unread(STREAM, B, Position.start(Position.EVERYTHING, NOON)));
    }

    @Test
    void aReportOfTheLeftStreamIsForgottenThoughItsShardHasTheSameName() {
      streams.follow = false;
      stream.lists(A);
      stream.made = NOON.minus(Duration.ofHours(3));
      ShardSplit left = ofOld(A, new Position("9", NOON.toEpochMilli(), 0, true));
      Cluster cluster = new Cluster(1, ofOldStream(NOON.minusSeconds(90), A), OnGap.FAIL);
      cluster.register(0, left);
      cluster.tick();
      ShardSplit moved = cluster.splits(0).get(0);

      cluster.fail(0, List.of(moved));
      cluster.register(0, left);

      assertThat(cluster.splits(0)).containsExactly(moved);
    }

    @Test
    void aMoveBeforeTheLastOneIsThroughIsRefused() {
      streams.follow = false;
      LineageState state =
          new LineageState(
              "old",
              0L,
              NOON.toEpochMilli(),
              List.of(),
              GapTotal.NONE,
              NOON.plusSeconds(60).toEpochMilli(),
              null);
      Cluster cluster =
          new Cluster(1, Lineage.restored(state, StartPosition.TRIM_HORIZON), OnGap.SKIP);

      assertThatThrownBy(() -> cluster.register(0))
          .isInstanceOf(StreamGap.class)
          .hasMessageContaining("is not complete until it is read beyond 2026-11-23T12:01:00Z")
          .hasMessageContaining("Start the job with the stream of the state");
    }
  }

  @Nested
  class Replays {

    @Test
    void aReplayReadsTheStreamAgainFromTheStartOnceAllPositionsAreKnown() {
      // Given
      stream.lists(A, CHILD_OF_A);
      replay = "again";
      Cluster cluster = new Cluster(2, readTo(NOON), StartPosition.parse("2026-11-23T10:00:00Z"));
      cluster.tick();
      cluster.register(0, read(CHILD_OF_A, NOON));
      cluster.tick();
      assertThat(cluster.assigned()).isEmpty();

      // When
      cluster.register(1);
      cluster.tick();

      // Then
      assertThat(cluster.assigned()).containsExactly("a");
      ShardSplit again = cluster.splits(0).get(0);
      assertThat(again.position().isStart()).isTrue();
      assertThat(again.position().fromMillis())
          .isEqualTo(Instant.parse("2026-11-23T10:00:00Z").toEpochMilli());
    }

    @Test
    void aReplayThatTheStateKnowsIsNotRepeated() throws Exception {
      // Given
      stream.lists(A);
      replay = "again";
      Cluster first = new Cluster(1, readTo(NOON), StartPosition.TRIM_HORIZON);
      first.register(0, read(A, NOON));
      first.tick();
      assertThat(first.splits(0))
          .extracting(split -> split.position().isStart())
          .containsOnly(true);
      LineageState state = first.enumerator.snapshotState(1);

      // When
      Cluster second = new Cluster(1, Lineage.restored(state, StartPosition.TRIM_HORIZON));
      second.register(0, read(A, NOON));
      second.tick();

      // Then
      assertThat(second.splits(0)).containsExactly(read(A, NOON));
    }

    @Test
    void aReplayIsRepeatedIfTheJobFailsBeforeACheckpointKnowsIt() throws Exception {
      // Given
      stream.lists(A);
      replay = "again";
      Cluster first = new Cluster(2, readTo(NOON), StartPosition.TRIM_HORIZON);
      first.register(0, read(A, NOON));
      LineageState state = first.enumerator.snapshotState(1);

      // When
      Cluster second = new Cluster(1, Lineage.restored(state, StartPosition.TRIM_HORIZON));
      second.register(0, read(A, NOON));
      second.tick();

      // Then
      assertThat(second.splits(0).get(0).position().isStart()).isTrue();
    }

    @Test
    void aReplayFromALaterMomentThanWhatIsReadPassesOverNothing() {
      stream.lists(A);
      replay = "again";
      Instant behind = NOON.minusSeconds(7200);
      Cluster cluster = new Cluster(1, readTo(behind), StartPosition.parse("2026-11-23T11:30:00Z"));
      cluster.register(0, read(A, behind));
      cluster.tick();

      Position position = cluster.splits(0).get(0).position();

      assertThat(position.fromMillis()).isEqualTo(behind.toEpochMilli());
      assertThat(position.readToMillis()).isEqualTo(behind.toEpochMilli());
    }

    @Test
    void whatAReaderReportsFromBeforeAReplayDoesNotEndItEarly() throws Exception {
      // Given: a reader fails before a checkpoint knows of the replay
      stream.lists(A);
      replay = "again";
      Cluster cluster = new Cluster(1, readTo(NOON), StartPosition.TRIM_HORIZON);
      cluster.register(0, read(A, NOON));
      cluster.tick();
      ShardSplit again = cluster.splits(0).get(0);

      // When
      cluster.fail(0, List.of(again));
      cluster.register(0, read(A, NOON));

      // Then
      assertThat(cluster.splits(0)).containsExactly(again);
    }

    @Test
    void onceACheckpointKnowsTheReplayReportsCountAgain() throws Exception {
      // Given
      stream.lists(A);
      replay = "again";
      Cluster cluster = new Cluster(1, readTo(NOON), StartPosition.TRIM_HORIZON);
      cluster.register(0, read(A, NOON));
      cluster.tick();
      cluster.enumerator.snapshotState(1);
      cluster.enumerator.notifyCheckpointComplete(1);

      // When
      ShardSplit reached = read(A, NOON.minusSeconds(60));
      cluster.fail(0, List.of());
      cluster.register(0, reached);

      // Then
      assertThat(cluster.splits(0)).containsExactly(reached);
    }

    @Test
    void aJobWithoutStateTakesItsReplayAsDone() throws Exception {
      stream.lists(A);
      replay = "again";
      Cluster cluster = new Cluster(1, lineage());

      assertThat(cluster.enumerator.snapshotState(1).replay()).isEqualTo("again");
    }
  }

  private static ShardSplit read(Shard shard, Instant to) {
    Position position = new Position("7", to.toEpochMilli(), Position.EVERYTHING, true);
    return ShardSplit.unread(STREAM, shard, position);
  }

  /** State in which a shard was handed out, and read to a moment. */
  private static LineageState readTo(Instant moment) {
    return new LineageState(
        STREAM,
        Position.EVERYTHING,
        NOON.toEpochMilli(),
        List.of(new LineageState.TrackedShard(read(A, moment), LineageState.Status.ASSIGNED, 0)),
        GapTotal.NONE,
        0,
        null);
  }

  private static ShardSplit ofOld(Shard shard, Position position) {
    return ShardSplit.unread("old", shard, position);
  }

  /** Listed before the job's state began to owe anything: these shards are unread. */
  private static Lineage startedOnOldStream(Shard... waiting) {
    return ofOldStream(NOON.minusSeconds(90), waiting);
  }

  private static Lineage ofOldStream(Instant listed, Shard... waiting) {
    Lineage lineage = new Lineage("old", StartPosition.TRIM_HORIZON);
    lineage.listed(new StreamResponse.Shards(List.of(waiting), Set.of(), true), listed);
    return lineage;
  }

  private static Lineage listedAt(Instant listed) {
    LineageState state =
        new LineageState(STREAM, 0L, listed.toEpochMilli(), List.of(), GapTotal.NONE, 0, null);
    return Lineage.restored(state, StartPosition.parse("latest"));
  }

  private Lineage lineage() {
    return new Lineage(STREAM, StartPosition.TRIM_HORIZON);
  }

  private static Position at(String sequence) {
    return new Position(sequence, NOON.toEpochMilli(), Position.EVERYTHING, true);
  }

  /** An enumerator with its readers, as the coordinator would show them. */
  private final class Cluster {

    private final DrivenContext context;
    private final ShardEnumerator enumerator;
    private boolean started;

    Cluster(int parallelism, Lineage lineage) {
      this(parallelism, lineage, OnGap.FAIL);
    }

    Cluster(int parallelism, Lineage lineage, OnGap onGap) {
      context = new DrivenContext(parallelism);
      enumerator =
          new ShardEnumerator(context, streams, lineage, rules(StartPosition.TRIM_HORIZON, onGap));
    }

    Cluster(int parallelism, LineageState state, StartPosition start) {
      context = new DrivenContext(parallelism);
      Lineage restored = Lineage.restored(state, start);
      enumerator = new ShardEnumerator(context, streams, restored, rules(start, OnGap.FAIL));
    }

    Cluster(int parallelism, StartPosition start) {
      context = new DrivenContext(parallelism);
      enumerator =
          new ShardEnumerator(
              context, streams, new Lineage(STREAM, start), rules(start, OnGap.FAIL));
    }

    private ReadingRules rules(StartPosition start, OnGap onGap) {
      InstantSource clock = () -> now;
      return new ReadingRules(STREAM, new Reading(start, onGap, replay), PACE, clock);
    }

    Object gauge(String name) {
      return context.metrics.gauge(name);
    }

    void tick() {
      if (!started) {
        started = true;
        enumerator.start();
      }
      context.runPeriodicCall();
    }

    /** Time enough to be sure of what the listings say. */
    void settle() {
      for (int i = 0; i < 8; i++) {
        tick();
        now = now.plusSeconds(10);
      }
    }

    void register(int reader, ShardSplit... reported) {
      context
          .registeredReaders()
          .put(reader, ReaderInfo.createReaderInfo(reader, "host", List.of(reported)));
      enumerator.addReader(reader);
    }

    void fail(int reader, List<ShardSplit> assignedSinceCheckpoint) {
      List<ShardSplit> lost = new ArrayList<>(assignedSinceCheckpoint);
      context.registeredReaders().remove(reader);
      context.getSplitAssignments().remove(reader);
      enumerator.addSplitsBack(lost, reader);
    }

    List<ShardSplit> splits(int reader) {
      return context.getSplitAssignments().containsKey(reader)
          ? List.copyOf(context.getSplitAssignments().get(reader).getAssignedSplits())
          : List.of();
    }

    List<String> assignedTo(int reader) {
      return splits(reader).stream().map(ShardSplit::splitId).toList();
    }

    List<String> assigned() {
      return context.getSplitAssignments().keySet().stream()
          .flatMap(reader -> assignedTo(reader).stream())
          .toList();
    }

    List<SourceEvent> eventsTo(int reader) {
      Map<Integer, List<SourceEvent>> events = context.getSentEvents();
      return events.getOrDefault(reader, List.of());
    }
  }

  /** Runs the periodic call when told to, and lets its failure through. */
  private static final class DrivenContext extends TestingSplitEnumeratorContext<ShardSplit> {

    private final CountingMetrics metrics = new CountingMetrics();
    private Runnable periodic;

    private DrivenContext(int parallelism) {
      super(parallelism);
    }

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
      return new InternalSplitEnumeratorMetricGroup(metrics);
    }

    @Override
    public <T> void callAsync(
        Callable<T> callable, BiConsumer<T, Throwable> handler, long delay, long period) {
      periodic =
          () -> {
            try {
              handler.accept(callable.call(), null);
            } catch (RuntimeException e) {
              throw e;
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          };
    }

    private void runPeriodicCall() {
      periodic.run();
    }
  }

  /** The stream that is read, and the one before. */
  private final class Streams implements ShardStream.Factory {

    private boolean follow = true;
    private boolean round;

    @Override
    public boolean follows(String older) {
      return follow;
    }

    @Override
    public boolean roundsTimes() {
      return round;
    }

    @Override
    public ShardStream open(String name) {
      return name.equals(STREAM) ? stream : old;
    }

    @Override
    public Instant made(String name) {
      return name.equals(STREAM) ? stream.made : null;
    }
  }

  /** A stream that lists what it is told to. */
  private static final class ListedStream implements ShardStream {

    private List<Shard> shards = List.of();
    private boolean live = true;
    private Instant made;
    private Reason reason;
    private int refusals;
    private int listings;

    void lists(Shard... listed) {
      shards = List.of(listed);
    }

    void refuses(Reason why, int times) {
      reason = why;
      refusals = times;
    }

    @Override
    public Limits limits() {
      return new Limits(Duration.ofHours(24), Duration.ofMinutes(10), Duration.ZERO, true);
    }

    @Override
    public CompletableFuture<StreamResponse> shards() {
      listings++;
      return CompletableFuture.completedFuture(
          refusals-- > 0
              ? new StreamResponse.Refused(reason, "as told", null)
              : new StreamResponse.Shards(shards, new HashSet<>(), live));
    }

    @Override
    public CompletableFuture<StreamResponse> iterator(String shard, Position position) {
      throw new AssertionError("the enumerator reads no shard");
    }

    @Override
    public CompletableFuture<StreamResponse> page(String shard, String iterator) {
      throw new AssertionError("the enumerator reads no shard");
    }

    @Override
    public void close() {}
  }
}
