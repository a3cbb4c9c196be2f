package io.chromasync.source;

import io.chromasync.runtime.Metrics;
import io.chromasync.source.lineage.GapSkipped;
import io.chromasync.source.lineage.Lineage;
import io.chromasync.source.lineage.LineageState;
import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.ReplayProgress;
import io.chromasync.source.lineage.ShardOwners;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.StartNotice;
import io.chromasync.source.lineage.StreamResponse;
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
 * {@link PeriodicListing} when they are listed, and {@link StreamTransitions} how another stream
 * follows.
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
 * <p>The enumerator alone knows all shards, so it also decides up to when the stream is read
 * ({@link ReadFrontier}), and sends that to all readers, at each tick.
 *
 * <p>Runs in the coordinator's thread.
 */
final class ShardEnumerator implements SplitEnumerator<ShardSplit, LineageState> {

  private static final Logger LOG = LoggerFactory.getLogger(ShardEnumerator.class);

  private final SplitEnumeratorContext<ShardSplit> context;
  private final ReadingRules rules;
  private final ShardOwners owners = new ShardOwners();
  private final FinishedShardAcks acks = new FinishedShardAcks();
  private final Lineage lineage;
  private final ReplayProgress replay;
  private final StartNotice notice;
  private final StreamTransitions transitions;
  private final PeriodicListing listing;
  private final ReadFrontier frontier;

  /** Number of waiting shards; metric reporters read it from their own threads. */
  private volatile int waiting;

  ShardEnumerator(
      SplitEnumeratorContext<ShardSplit> context,
      ShardStream.Factory streams,
      Lineage lineage,
      ReadingRules rules) {
    this.context = context;
    this.frontier = new ReadFrontier(rules.reading().deliveryMargin());
    this.rules = rules;
    this.lineage = lineage.isFresh() ? new Lineage(rules.stream(), rules.start()) : lineage;
    this.notice = new StartNotice(lineage.isFresh());
    if (lineage.isFresh()) {
      this.lineage.replay(rules.replay());
    }
    this.replay =
        new ReplayProgress(rules.replay() != null && !rules.replay().equals(this.lineage.replay()));
    MetricGroup group = Metrics.of(context.metricGroup());
    this.transitions = new StreamTransitions(this.lineage, streams, rules, group);
    this.listing = new PeriodicListing(this.lineage, transitions, rules, group);
    group.gauge("shards_waiting", (Gauge<Integer>) () -> waiting);
  }

  @Override
  public void start() {
    notice.begins(rules.start(), now());
    transitions.checkForGap();
    context.callAsync(listing::listIfDue, this::listed, 0, rules.pace().tick().toMillis());
  }

  /** Does nothing: splits are assigned without requests. */
  @Override
  public void handleSplitRequest(int reader, String host) {}

  @Override
  public void addReader(int reader) {
    frontier.restart(shard -> owners.isOwned(shard, reader));
    ReaderInfo info = context.registeredReaders().get(reader);
    List<ShardSplit> reported = info.getReportedSplitsOnRegistration();
    if (!replay.outdatesReports()) {
      takeBack(reported, reader);
    }
    assign();
  }

  @Override
  public void addSplitsBack(List<ShardSplit> splits, int reader) {
    acks.forget(reader);
    frontier.restart(shard -> owners.isOwned(shard, reader));
    owners.releaseAll(reader);
    takeBack(splits, reader);
    assign();
  }

  @Override
  public void handleSourceEvent(int reader, SourceEvent event) {
    if (event instanceof GapSkipped gap) {
      transitions.gapSkipped(gap.fromMillis(), gap.toMillis());
    } else if (event instanceof ReadTo to) {
      frontier.report(to.millis(), shard -> owners.isOwned(shard, reader));
    } else if (event instanceof ShardsFinished finished) {
      finished(reader, finished);
    } else {
      throw new IllegalArgumentException("Reader " + reader + " sent an unknown event: " + event);
    }
  }

  private void finished(int reader, ShardsFinished finished) {
    acks.reported(reader, finished.lastMillis().keySet());
    Instant now = now();
    finished
        .lastMillis()
        .forEach(
            (shard, lastMillis) -> {
              owners.release(shard);
              frontier.forget(shard);
              lineage.ended(shard, lastMillis, now);
            });
    assign();
    listing.hurry();
  }

  @Override
  public LineageState snapshotState(long checkpoint) {
    acks.snapshot(checkpoint);
    notice.snapshot(checkpoint, !lineage.isFresh());
    replay.snapshot(checkpoint);
    return lineage.state();
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {
    replay.complete(checkpoint);
    notice.complete(checkpoint);
    acks.complete(checkpoint).forEach(this::confirm);
  }

  @Override
  public void close() {
    transitions.close();
  }

  private void confirm(int reader, Set<String> shards) {
    if (context.registeredReaders().containsKey(reader)) {
      context.sendEventToSourceReader(reader, new FinishedShardsAcked(shards));
    }
  }

  private void listed(StreamResponse response, Throwable error) {
    StreamResponse.Shards shards = listing.shards(response, error);
    if (shards == null) {
      advance();
      return;
    }
    if (transitions.listed(shards)) {
      listing.restart();
    }
    assign();
    listing.next();
  }

  /** Sends the instant up to which all changes are emitted to all readers. */
  private void advance() {
    if (context.registeredReaders().size() < context.currentParallelism()
        || transitions.isMigrating()
        || replay.isDue()) {
      return;
    }
    Long to = frontier.next(lineage, now());
    if (to != null) {
      context
          .registeredReaders()
          .keySet()
          .forEach(reader -> context.sendEventToSourceReader(reader, new StreamReadTo(to)));
    }
  }

  /**
   * Takes splits back from a reader. A split that belongs to another reader meanwhile stays with
   * that reader: it was assigned at the position reported now, or later.
   */
  private void takeBack(List<ShardSplit> splits, int reader) {
    Instant now = now();
    for (ShardSplit split : splits) {
      if (lineage.knows(split) && owners.isFreeFor(split.splitId(), reader)) {
        frontier.forget(split.splitId());
        lineage.returned(split, now);
      }
    }
  }

  private void assign() {
    if (context.registeredReaders().size() == context.currentParallelism()) {
      if (transitions.isMigrating()) {
        transitions.migrate();
        listing.hurry();
      }
      if (replay.isDue()) {
        replay();
      }
      assignWaiting();
    }
    waiting = lineage.waiting();
  }

  /**
   * Starts the replay, after all readers have reported their positions, which are needed here for
   * the last time.
   */
  private void replay() {
    lineage.replay(rules.replay());
    owners.releaseAll();
    frontier.restart(shard -> true);
    replay.begun();
    listing.hurry();
    LOG.info(
        "Replaying; deletes since then are applied again: replay={} from={}",
        rules.replay(),
        Position.instant(lineage.fromMillis()));
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

  private Instant now() {
    return rules.clock().instant();
  }
}
