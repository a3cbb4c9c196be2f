package io.chromasync.source;

import io.chromasync.runtime.Metrics;
import io.chromasync.source.lineage.Gap;
import io.chromasync.source.lineage.GapGauge;
import io.chromasync.source.lineage.GapPolicy;
import io.chromasync.source.lineage.GapSkipped;
import io.chromasync.source.lineage.Lineage;
import io.chromasync.source.lineage.LineageState;
import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.ReplayProgress;
import io.chromasync.source.lineage.ShardOwners;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.StartNotice;
import io.chromasync.source.lineage.StreamGap;
import io.chromasync.source.lineage.StreamMigration;
import io.chromasync.source.lineage.StreamResponse;
import io.chromasync.source.lineage.StreamResponse.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists shards and assigns them to readers. {@link Lineage} decides which shards may be read,
 * {@link ListingPace} when a listing is due.
 *
 * <p>The restored state may belong to an older stream of the table, if the stream was switched off
 * and on again. The settings then name the new stream, and the changes made in between are in no
 * stream: a {@link Gap}. If the gap is skipped, the old stream is read to its end, while AWS
 * retains it. Then the new stream is read from its oldest record. The table's stream is looked up
 * at start only: if it is switched off while the job runs, the gap lasts until the job is restarted
 * from its savepoint.
 *
 * <p>The restored state may also belong to a stream with the same changes, if the old or the new
 * stream is a Kinesis stream. The job then {@linkplain StreamMigration migrates} once all readers
 * have reported their positions in the old stream, and never reads the old stream again.
 *
 * <p>If the settings name a replay that the state does not contain, {@linkplain Lineage#replay
 * reading restarts} at the same point, when all positions are known.
 *
 * <p>After a restore, readers report the splits of their state instead of reading them ({@link
 * org.apache.flink.api.connector.source.SupportsSplitReassignmentOnRecovery}). No split is assigned
 * before all readers are registered. Splits are thus spread evenly after a rescale too, and all
 * positions are known before the first assignment.
 *
 * <p>If only some tasks fail, their splits return in two ways: those assigned since the checkpoint
 * through {@link #addSplitsBack}, the rest in the readers' reports. All of them wait here until the
 * readers are registered again.
 *
 * <p>Runs in the coordinator's thread, except {@link #listIfDue}, which runs in its worker.
 */
final class ShardEnumerator implements SplitEnumerator<ShardSplit, LineageState> {

  private static final Logger LOG = LoggerFactory.getLogger(ShardEnumerator.class);

  /**
   * Listing of a stream that no longer exists, because it was switched off a day ago. Its readers
   * detect by themselves that their shards are gone.
   */
  private static final StreamResponse.Shards NOTHING =
      new StreamResponse.Shards(List.of(), Set.of(), false);

  private final SplitEnumeratorContext<ShardSplit> context;
  private final ShardStream.Factory streams;
  private final ReadingRules rules;
  private final GapPolicy gaps;
  private final ListingPace listings;
  private final ShardOwners owners = new ShardOwners();
  private final FinishedShardAcks receipts = new FinishedShardAcks();
  private final Lineage lineage;
  private final ReplayProgress replay;
  private final StartNotice notice;
  private final GapGauge gapClock;

  /** True until the migration to another stream with the same changes is done. */
  private volatile boolean moving;

  /** Client of the stream. It is replaced only between two listings, which run in the worker. */
  private volatile ShardStream stream;

  /** Number of waiting shards; metric reporters read it from their own threads. */
  private volatile int waiting;

  /** Time of the last listing or, before the first listing, of the start. */
  private volatile long listedMillis;

  ShardEnumerator(
      SplitEnumeratorContext<ShardSplit> context,
      ShardStream.Factory streams,
      Lineage lineage,
      ReadingRules rules) {
    this.context = context;
    this.streams = streams;
    this.rules = rules;
    this.listings = new ListingPace(rules.pace());
    this.lineage = lineage.isFresh() ? new Lineage(rules.stream(), rules.start()) : lineage;
    this.moving = isLeaving() && !streams.follows(this.lineage.stream());
    this.stream = streams.open(moving ? rules.stream() : this.lineage.stream());
    this.gapClock = new GapGauge(this.lineage.missing());
    this.notice = new StartNotice(lineage.isFresh());
    if (lineage.isFresh()) {
      this.lineage.replay(rules.replay());
    }
    this.replay =
        new ReplayProgress(rules.replay() != null && !rules.replay().equals(this.lineage.replay()));
    MetricGroup group = Metrics.of(context.metricGroup());
    this.gaps = new GapPolicy(rules.onGap(), group.counter("gaps"));
    this.listedMillis = rules.clock().millis();
    group.gauge("shards_waiting", (Gauge<Integer>) () -> waiting);
    group.gauge("listing_age_ms", (Gauge<Long>) this::listingAge);
    group.gauge("gap_ms", (Gauge<Long>) () -> gapClock.millis(now()));
  }

  @Override
  public void start() {
    notice.begins(rules.start(), now());
    checkForGap();
    context.callAsync(this::listIfDue, this::listed, 0, rules.pace().tick().toMillis());
  }

  /** Does nothing: splits are assigned without requests. */
  @Override
  public void handleSplitRequest(int reader, String host) {}

  @Override
  public void addReader(int reader) {
    ReaderInfo info = context.registeredReaders().get(reader);
    List<ShardSplit> reported = info.getReportedSplitsOnRegistration();
    if (!replay.outdatesReports()) {
      takeBack(reported, reader);
    }
    assign();
  }

  @Override
  public void addSplitsBack(List<ShardSplit> splits, int reader) {
    receipts.forget(reader);
    owners.releaseAll(reader);
    takeBack(splits, reader);
    assign();
  }

  @Override
  public void handleSourceEvent(int reader, SourceEvent event) {
    if (event instanceof GapSkipped gap) {
      missed(gap.fromMillis(), gap.toMillis());
    } else if (event instanceof ShardsFinished finished) {
      finished(reader, finished);
    } else {
      throw new IllegalArgumentException("Reader " + reader + " sent an unknown event: " + event);
    }
  }

  private void finished(int reader, ShardsFinished finished) {
    receipts.reported(reader, finished.lastMillis().keySet());
    Instant now = now();
    finished
        .lastMillis()
        .forEach(
            (shard, lastMillis) -> {
              owners.release(shard);
              lineage.ended(shard, lastMillis, now);
            });
    assign();
    listings.hurry(now);
  }

  @Override
  public LineageState snapshotState(long checkpoint) {
    receipts.snapshot(checkpoint);
    notice.snapshot(checkpoint, !lineage.isFresh());
    replay.snapshot(checkpoint);
    return lineage.state();
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {
    replay.complete(checkpoint);
    notice.complete(checkpoint);
    receipts.complete(checkpoint).forEach(this::confirm);
  }

  @Override
  public void close() {
    stream.close();
  }

  private void confirm(int reader, Set<String> shards) {
    if (context.registeredReaders().containsKey(reader)) {
      context.sendEventToSourceReader(reader, new FinishedShardsAcked(shards));
    }
  }

  /**
   * Checks for a gap at start: the settings may name another stream than the state, or the job may
   * resume from a point that the retention no longer covers.
   */
  private void checkForGap() {
    if (moving) {
      return;
    }
    if (isLeaving()) {
      gaps.check(betweenStreams());
      LOG.warn("Reading the old stream to its end first: stream={}", lineage.stream());
      return;
    }
    Instant known = lineage.isFresh() ? rules.start().moment() : lineage.listedAt();
    Instant horizon = stream.limits().horizon(now());
    if (known != null && known.isBefore(horizon)) {
      skip(Gap.beyond(stream.limits().retention(), rules.stream(), known, horizon));
      lineage.passes();
    }
  }

  /** Returns whether the state belongs to another stream than the settings name. */
  private boolean isLeaving() {
    return !lineage.stream().equals(rules.stream());
  }

  /**
   * Returns the gap between two streams of the table: the time without a stream, and the changes
   * that the new stream has trimmed already.
   */
  private Gap betweenStreams() {
    Instant made = streams.made(rules.stream());
    Instant horizon = stream.limits().horizon(now());
    Instant known = made == null ? now() : made;
    Instant to = known.isBefore(horizon) ? horizon : known;
    return Gap.between(lineage.stream(), rules.stream(), lineage.watchedTo(), to);
  }

  private void skip(Gap gap) {
    gaps.found(gap);
    missed(gap.from().toEpochMilli(), gap.to().toEpochMilli());
  }

  private void missed(long fromMillis, long toMillis) {
    lineage.missed(fromMillis, toMillis);
    gapClock.missing(lineage.missing());
  }

  /** Lists the shards if a listing is due; returns null otherwise. */
  private StreamResponse listIfDue() {
    return !moving && listings.isDue(now()) ? stream.shards().join() : null;
  }

  private void listed(StreamResponse answer, Throwable error) {
    if (error != null) {
      throw new IllegalStateException(
          "Listing the shards of " + lineage.stream() + " broke", error);
    }
    if (answer instanceof StreamResponse.Shards listing) {
      listings.answered();
      listedMillis = now().toEpochMilli();
      take(listing);
    } else if (answer instanceof StreamResponse.Refused refused) {
      refused(refused);
    }
  }

  private void refused(StreamResponse.Refused refused) {
    int attempt = listings.countError(refused.reason());
    if (refused.reason() == Reason.GONE && listings.isGoneAtLast() && !lineage.isFresh()) {
      take(NOTHING);
      return;
    }
    if (listings.isHopeless(refused.reason())) {
      throw new IllegalStateException(
          "The shards of stream %s cannot be listed (attempt %s, %s): %s"
              .formatted(lineage.stream(), attempt, refused.reason(), refused.detail()),
          refused.cause());
    }
    Duration pause = listings.again(attempt, now());
    LOG.warn(
        "Shards not listed, retrying: stream={} reason={} attempt={} pause={} detail={}",
        lineage.stream(),
        refused.reason(),
        attempt,
        pause,
        refused.detail());
  }

  private void take(StreamResponse.Shards listing) {
    if (isLeaving() && listing.live()) {
      throw new StreamGap(
          ("The state is of stream %s, which is still switched on, but the settings mean stream %s."
                  + " Set 'source.table' or 'source.stream-arn' to the stream of the state, or"
                  + " switch that stream off, or start without state.")
              .formatted(lineage.stream(), rules.stream()));
    }
    lineage.listed(listing, now());
    if (lineage.isOver()) {
      end();
    } else {
      gapClock.resumed();
    }
    assign();
    listings.next(lineage.isUnsettled(now()), now());
  }

  /**
   * Handles the end of a stream that was switched off: it ends without an error, while the table
   * keeps changing.
   */
  private void end() {
    if (isLeaving()) {
      follow();
    } else if (!gapClock.isOver()) {
      gaps.found(Gap.afterEnd(rules.stream(), lineage.watchedTo(), now()));
      gapClock.over(lineage.watchedTo());
    }
  }

  private void follow() {
    Gap gap = betweenStreams();
    skip(gap);
    lineage.follow(rules.stream(), gap.to());
    if (!gap.to().equals(streams.made(rules.stream()))) {
      lineage.passes();
    }
    stream.close();
    stream = streams.open(rules.stream());
    listings.answered();
    listings.hurry(now());
  }

  /**
   * Takes splits back from a reader. A split that belongs to another reader meanwhile stays with
   * that reader: it was assigned at the position reported now, or later.
   */
  private void takeBack(List<ShardSplit> splits, int reader) {
    Instant now = now();
    for (ShardSplit split : splits) {
      if (lineage.knows(split) && owners.isFreeFor(split.splitId(), reader)) {
        lineage.returned(split, now);
      }
    }
  }

  private void assign() {
    if (context.registeredReaders().size() == context.currentParallelism()) {
      if (moving) {
        move();
      }
      if (replay.isDue()) {
        replay();
      }
      assignWaiting();
    }
    waiting = lineage.waiting();
  }

  /**
   * Migrates to the configured stream, after all readers have reported their positions in the old
   * stream.
   */
  private void move() {
    if (lineage.isRoundedUp()) {
      throw new StreamGap(
          ("The state is of stream %s. The migration to that stream is not complete until it is"
                  + " read beyond %s, so the job cannot migrate to stream %s yet. Start the job"
                  + " with the stream of the state, and stop it again when it has read changes made"
                  + " after that instant.")
              .formatted(
                  lineage.stream(), Instant.ofEpochMilli(lineage.roundUpMillis()), rules.stream()));
    }
    String old = lineage.stream();
    StreamMigration move =
        StreamMigration.of(lineage, rules.stream(), streams.roundsTimes(), now());
    Instant reaches = reachOfStream();
    boolean gap = move.owesFromBefore(reaches);
    if (gap) {
      skip(Gap.beforeMove(old, move, reaches));
    }
    lineage.move(move);
    if (gap || move.owesNothing()) {
      lineage.passes();
    }
    moving = false;
    listings.hurry(now());
    LOG.info(
        "Migrated to another stream; deletes since readAgainFrom are applied again: from={} to={}"
            + " readTo={} readAgainFrom={}",
        old,
        move.stream(),
        instant(move.readToMillis()),
        instant(move.fromMillis()));
  }

  /**
   * Starts the replay, after all readers have reported their positions, which are needed here for
   * the last time.
   */
  private void replay() {
    lineage.replay(rules.replay());
    owners.releaseAll();
    replay.begun();
    listings.hurry(now());
    LOG.info(
        "Replaying; deletes since then are applied again: replay={} from={}",
        rules.replay(),
        instant(lineage.fromMillis()));
  }

  /** Returns the instant since when the configured stream has every change, as far as is known. */
  private Instant reachOfStream() {
    Instant made = streams.made(rules.stream());
    Instant horizon = stream.limits().horizon(now());
    return made == null || made.isBefore(horizon) ? horizon : made;
  }

  private void assignWaiting() {
    List<ShardSplit> splits = lineage.assignable();
    if (splits.isEmpty()) {
      return;
    }
    Map<Integer, List<ShardSplit>> assignment = new HashMap<>();
    for (ShardSplit split : splits) {
      int reader = owners.giveToLeastBusy(split.splitId(), context.registeredReaders().keySet());
      lineage.assigned(split);
      assignment.computeIfAbsent(reader, r -> new ArrayList<>()).add(split);
    }
    context.assignSplits(new SplitsAssignment<>(assignment));
  }

  private long listingAge() {
    return Math.max(0, rules.clock().millis() - listedMillis);
  }

  /** Returns a timestamp for logs, or {@code oldest} for {@link Position#EVERYTHING}. */
  private static Object instant(long millis) {
    return millis == Position.EVERYTHING ? "oldest" : Instant.ofEpochMilli(millis);
  }

  private Instant now() {
    return rules.clock().instant();
  }
}
