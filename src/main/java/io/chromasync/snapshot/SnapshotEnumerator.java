package io.chromasync.snapshot;

import io.chromasync.runtime.Metrics;
import io.chromasync.snapshot.SnapshotPlan.Listing;
import io.chromasync.snapshot.SnapshotState.Phase;
import io.chromasync.snapshot.scan.ReadRate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Assigns the splits of a table snapshot to readers. Once all are read and checkpointed, it adds
 * the end of the snapshot as a last split.
 *
 * <p>The end implies that everything not listed is deleted. So it is emitted only when every split
 * was read to its end and a checkpoint that began after that is complete. Then everything emitted
 * has been merged downstream, and no restore can undo it.
 *
 * <p>After a restore, readers report the splits of their state instead of reading them ({@link
 * org.apache.flink.api.connector.source.SupportsSplitReassignmentOnRecovery}). No split is assigned
 * before all readers are registered; {@link SplitLedger} explains the consequences.
 *
 * <p>Runs in the coordinator's thread, except the listing, which runs in its worker.
 */
final class SnapshotEnumerator implements SplitEnumerator<SnapshotSplit, SnapshotState> {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotEnumerator.class);

  private static final long NONE = Long.MAX_VALUE;

  private final SplitEnumeratorContext<SnapshotSplit> context;
  private final SnapshotRules rules;
  private final SplitLedger ledger;
  private final Set<Integer> dismissed = new HashSet<>();
  private String snapshot;
  private long asOfMicros;
  private boolean deletesUnlisted;
  private int total;
  private Phase phase;

  /** First checkpoint that began after everything was read. */
  private long covering = NONE;

  /** Number of splits left, for metric reporters, which read it from other threads. */
  private volatile int left;

  SnapshotEnumerator(
      SplitEnumeratorContext<SnapshotSplit> context, SnapshotRules rules, SnapshotState state) {
    this.context = context;
    this.rules = rules;
    boolean another = rules.reads() && !rules.snapshot().equals(state.snapshot());
    SnapshotState known = another ? SnapshotState.none() : state;
    this.snapshot = another ? rules.snapshot() : known.snapshot();
    this.asOfMicros = known.asOfMicros();
    this.deletesUnlisted = known.deletesUnlisted();
    this.total = known.total();
    this.phase = known.phase();
    this.ledger = SplitLedger.restored(known.open());
    this.left = ledger.size();
    MetricGroup group = Metrics.of(context.metricGroup());
    group.gauge("splits_left", (Gauge<Integer>) () -> left);
  }

  @Override
  public void start() {
    if (rules.reads() && phase == Phase.UNLISTED) {
      context.callAsync(rules.plan()::list, this::listed);
    }
  }

  /** Does nothing: readers send no requests, because splits are pushed. */
  @Override
  public void handleSplitRequest(int reader, String host) {}

  @Override
  public void addReader(int reader) {
    dismissed.remove(reader);
    ledger.reported(
        ours(context.registeredReaders().get(reader).getReportedSplitsOnRegistration()));
    advance();
  }

  @Override
  public void addSplitsBack(List<SnapshotSplit> splits, int reader) {
    ledger.lost(reader, ours(splits));
    advance();
  }

  @Override
  public void handleSourceEvent(int reader, SourceEvent event) {
    if (!(event instanceof SplitsFinished finished)) {
      throw new IllegalArgumentException("Reader " + reader + " sent an unknown event: " + event);
    }
    finished.splits().forEach(split -> ledger.finished(split, reader));
    LOG.info("Read: snapshot={} splits={} left={}", snapshot, finished.splits(), ledger.size());
    advance();
  }

  @Override
  public SnapshotState snapshotState(long checkpoint) {
    if (covering == NONE && isRead()) {
      covering = checkpoint;
    }
    return new SnapshotState(snapshot, asOfMicros, deletesUnlisted, total, phase, ledger.state());
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {
    if (checkpoint >= covering && isRead()) {
      end();
      advance();
    }
  }

  @Override
  public void close() {}

  private void listed(Listing listing, Throwable error) {
    if (error != null) {
      throw error instanceof SnapshotFailure failure
          ? failure
          : new IllegalStateException("The splits of the snapshot cannot be listed", error);
    }
    asOfMicros = listing.asOfMicros();
    deletesUnlisted = listing.deletesUnlisted();
    total = listing.splits().size();
    phase = Phase.READING;
    ledger.add(listing.splits());
    LOG.info("To read: snapshot={} splits={} deletesUnlisted={}", snapshot, total, deletesUnlisted);
    advance();
  }

  /** Starts the end of the snapshot, after everything was merged durably. */
  private void end() {
    phase = Phase.ENDED;
    covering = NONE;
    if (deletesUnlisted) {
      ledger.add(List.of(new SnapshotSplit.End(snapshot, asOfMicros)));
    }
    LOG.info(
        "Snapshot is read and merged: snapshot={} splits={} deletesUnlisted={}",
        snapshot,
        total,
        deletesUnlisted);
  }

  /** Returns true if every split was read to its end, and the end was not started yet. */
  private boolean isRead() {
    return rules.reads() && phase == Phase.READING && ledger.isEmpty() && isComplete();
  }

  /** Returns true if all readers are registered, so that their splits are known. */
  private boolean isComplete() {
    return context.registeredReaders().size() == context.currentParallelism();
  }

  /**
   * Splits of the current snapshot, without splits of a snapshot that the settings no longer
   * specify.
   */
  private List<SnapshotSplit> ours(List<SnapshotSplit> splits) {
    return splits.stream().filter(split -> split.snapshot().equals(snapshot)).toList();
  }

  private void advance() {
    if (!ledger.isEmpty()) {
      covering = NONE;
    }
    if (isComplete()) {
      ledger.settle();
      if (rules.reads()) {
        assign();
      }
      dismiss();
    }
    left = ledger.size();
  }

  private void assign() {
    Map<Integer, List<SnapshotSplit>> assignment = new TreeMap<>();
    for (SnapshotSplit split : ledger.waiting()) {
      int reader = leastBusyReader();
      if (ledger.load(reader) >= rules.plan().atOnce()) {
        break;
      }
      ledger.assigned(split, reader);
      assignment.computeIfAbsent(reader, r -> new ArrayList<>()).add(split);
    }
    shareRate();
    if (!assignment.isEmpty()) {
      context.assignSplits(new SplitsAssignment<>(assignment));
    }
  }

  private void shareRate() {
    if (rules.rate() == 0) {
      return;
    }
    for (int reader : context.registeredReaders().keySet()) {
      int load = ledger.load(reader);
      if (load > 0) {
        double share = (double) rules.rate() * load / ledger.assigned();
        context.sendEventToSourceReader(reader, new ReadRate(share));
      }
    }
  }

  /** Ends a bounded source, or its hold on event time, after everything was emitted. */
  private void dismiss() {
    boolean over = !rules.reads() || (phase == Phase.ENDED && ledger.isEmpty());
    if (!over) {
      return;
    }
    for (int reader : context.registeredReaders().keySet()) {
      if (dismissed.add(reader)) {
        if (rules.bounded()) {
          context.signalNoMoreSplits(reader);
        } else {
          context.sendEventToSourceReader(reader, new SnapshotOver());
        }
      }
    }
  }

  private int leastBusyReader() {
    int best = -1;
    for (int reader : context.registeredReaders().keySet()) {
      if (best < 0 || ledger.load(reader) < ledger.load(best)) {
        best = reader;
      }
    }
    return best;
  }
}
