package io.chromasync.source;

import io.chromasync.config.Metrics;
import io.chromasync.source.Answer.Reason;
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
 * Finds shards and hands them to readers; what may be read is {@link Lineage}'s decision, and when
 * to list them {@link ListingPace}'s.
 *
 * <p>State may be of a stream that was switched off, and another one was switched on, which the
 * settings mean now. Then nothing tells what changed in between, so that is a {@link Gap}. If it is
 * skipped, the old stream is read to its end, as long as it is kept, and then the new one from its
 * oldest record. Only a start looks up the table's stream: one that is switched off while the job
 * runs is a gap that lasts until the job is started from its savepoint.
 *
 * <p>State may also be of a stream of another kind, or of Kinesis, which tells of the same changes
 * as the one that the settings mean. Then the job {@linkplain Move moves}, once all readers have
 * told how far the old one was read, and never reads it again.
 *
 * <p>If the settings name a replay that the state does not know, {@linkplain Lineage#replay reading
 * begins again} at the same moment, when all positions are known.
 *
 * <p>After a restore, readers report the splits of their state instead of reading them ({@link
 * org.apache.flink.api.connector.source.SupportsSplitReassignmentOnRecovery}), and nothing is
 * handed out before all readers are there. So shards are spread evenly after a rescale too, and the
 * positions of all are known before any is assigned. When only some tasks fail, their splits come
 * back in two ways, both waiting here for the readers' return: those assigned since the checkpoint
 * by {@link #addSplitsBack}, the others in the readers' reports.
 *
 * <p>Runs in the coordinator's thread, except {@link #listIfDue}, which runs in its worker.
 */
final class ShardEnumerator implements SplitEnumerator<ShardSplit, LineageState> {

  private static final Logger LOG = LoggerFactory.getLogger(ShardEnumerator.class);

  /** A stream that is gone: it was switched off a day ago. Its readers find their shards gone. */
  private static final Answer.Shards NOTHING = new Answer.Shards(List.of(), Set.of(), false);

  private final SplitEnumeratorContext<ShardSplit> context;
  private final ShardStream.Factory streams;
  private final ReadingRules rules;
  private final Gaps gaps;
  private final ListingPace listings;
  private final ShardOwners owners = new ShardOwners();
  private final FinishReceipts receipts = new FinishReceipts();
  private final Lineage lineage;
  private final ReplayProgress replay;
  private final StartNotice notice;
  private final GapClock gapClock;

  /** Whether the stream is still to be left for another, which has the same changes. */
  private volatile boolean moving;

  /** Changes between two listings; they run in the worker. */
  private volatile ShardStream stream;

  /** For reporters, which ask from their own threads. */
  private volatile int waiting;

  /** Or, before the first listing, the start. */
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
    this.gapClock = new GapClock(this.lineage.missing());
    this.notice = new StartNotice(lineage.isFresh());
    if (lineage.isFresh()) {
      this.lineage.replay(rules.replay());
    }
    this.replay =
        new ReplayProgress(rules.replay() != null && !rules.replay().equals(this.lineage.replay()));
    MetricGroup group = Metrics.of(context.metricGroup());
    this.gaps = new Gaps(rules.onGap(), group.counter("gaps"));
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

  /** Readers do not ask: shards are pushed. */
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
      context.sendEventToSourceReader(reader, new FinishRecorded(shards));
    }
  }

  /**
   * A restored job may be meant to read another stream, or have slept longer than its own lasts.
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

  /** Whether the state is of another stream than the settings mean. */
  private boolean isLeaving() {
    return !lineage.stream().equals(rules.stream());
  }

  /** What changed while the table had no stream, or is trimmed already in the one it has now. */
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

  /** Lists the shards if it is time; null if not. */
  private Answer listIfDue() {
    return !moving && listings.isDue(now()) ? stream.shards().join() : null;
  }

  private void listed(Answer answer, Throwable error) {
    if (error != null) {
      throw new IllegalStateException(
          "Listing the shards of " + lineage.stream() + " broke", error);
    }
    if (answer instanceof Answer.Shards listing) {
      listings.answered();
      listedMillis = now().toEpochMilli();
      take(listing);
    } else if (answer instanceof Answer.Refused refused) {
      refused(refused);
    }
  }

  private void refused(Answer.Refused refused) {
    int attempt = listings.countRefusal(refused.reason());
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
        "Shards not listed, trying again: stream={} reason={} attempt={} pause={} detail={}",
        lineage.stream(),
        refused.reason(),
        attempt,
        pause,
        refused.detail());
  }

  private void take(Answer.Shards listing) {
    if (isLeaving() && listing.live()) {
      throw new StreamGap(
          ("The state is of stream %s, which is still switched on, but the settings mean stream"
                  + " %s. Set 'source.table' or 'source.stream-arn' to the stream of the state, or"
                  + " switch that one off, or start without state.")
              .formatted(lineage.stream(), rules.stream()));
    }
    lineage.listed(listing, now());
    if (lineage.isOver()) {
      end();
    } else {
      gapClock.goesOn();
    }
    assign();
    listings.next(lineage.isUnsettled(now()), now());
  }

  /** A stream that was switched off ends silently, and the table goes on without it. */
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
   * A split that another reader has meanwhile is left to it: it was handed over at the position
   * reported now, or later.
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

  /** All readers have told how far the stream was read that is to be left. */
  private void move() {
    if (lineage.isRoundedUp()) {
      throw new StreamGap(
          ("The state is of stream %s, which was itself moved to and is not read beyond %s yet, so it"
                  + " cannot be left for stream %s. Start the job with the stream of the state, and"
                  + " stop it again when it has read changes that were made after that moment.")
              .formatted(
                  lineage.stream(), Instant.ofEpochMilli(lineage.roundUpMillis()), rules.stream()));
    }
    String old = lineage.stream();
    Move move = Move.of(lineage, rules.stream(), streams.roundsTimes(), now());
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
        "Moved to another stream; removals since readAgainFrom are carried out again: from={} to={}"
            + " readTo={} readAgainFrom={}",
        old,
        move.stream(),
        instant(move.readToMillis()),
        instant(move.fromMillis()));
  }

  /** All readers have told how far the stream was read, which is now of use for the last time. */
  private void replay() {
    lineage.replay(rules.replay());
    owners.releaseAll();
    replay.begun();
    listings.hurry(now());
    LOG.info(
        "Reading again; removals since then are carried out again: replay={} from={}",
        rules.replay(),
        instant(lineage.fromMillis()));
  }

  /** Since when the stream that the settings mean has every change, as far as is known. */
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

  /** For logs: a moment, or that there is none. */
  private static Object instant(long millis) {
    return millis == Position.EVERYTHING ? "oldest" : Instant.ofEpochMilli(millis);
  }

  private Instant now() {
    return rules.clock().instant();
  }
}
