package io.chromasync.source;

import io.chromasync.model.ItemChange;
import io.chromasync.runtime.OneFetcher;
import io.chromasync.source.lineage.GapSkipped;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.ShardStep;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.core.io.InputStatus;

/**
 * Reader of the shards that are assigned to one subtask; emits their changes.
 *
 * <p>A shard read to its end is reported to the enumerator. It stays in this reader's state until
 * the enumerator acknowledges that a complete checkpoint contains the report, for the reason given
 * in {@link FinishedShardAcks}.
 *
 * <p>Watermarks come from the enumerator, which knows all shards: each says that all readers have
 * emitted all changes up to it. So a reader without shards emits them too, and nothing is idle.
 *
 * <p>Used by the task's thread.
 */
@SuppressWarnings("try") // Flink's close() may throw InterruptedException, which javac warns about.
final class ShardReader
    extends SingleThreadMultiplexSourceReaderBase<
        ShardStep, ItemChange, ShardSplit, ShardSplitState> {

  private final OneFetcher<ShardStep, ShardSplit> fetcher;
  private final SourceMetrics metrics;
  private final Map<String, ShardSplit> finished = new HashMap<>();

  /** Newest watermark that the enumerator has sent, and the newest that was emitted. */
  private long due = Long.MIN_VALUE;

  private long emitted = Long.MIN_VALUE;
  private CompletableFuture<Void> isDue = new CompletableFuture<>();

  private ShardReader(
      OneFetcher<ShardStep, ShardSplit> fetcher,
      SourceMetrics metrics,
      Reports reports,
      SourceReaderContext context) {
    super(
        fetcher,
        (step, output, progress) -> {
          progress.take(step, output);
          if (step instanceof ShardStep.Skipped skipped) {
            context.sendSourceEventToCoordinator(GapSkipped.of(skipped.gap()));
          } else if (step instanceof ShardStep.ReadTo to) {
            reports.to(progress.split().splitId(), to.millis());
          }
        },
        context.getConfiguration(),
        context);
    this.fetcher = fetcher;
    this.metrics = metrics;
  }

  static ShardReader of(
      ShardStream.Factory streams, ReadingRules rules, SourceReaderContext context) {
    SourceMetrics metrics = SourceMetrics.register(context.metricGroup(), rules.clock());
    return new ShardReader(
        new OneFetcher<>(() -> new ShardPages(streams, rules, metrics), context.getConfiguration()),
        metrics,
        new Reports(rules.clock(), context),
        context);
  }

  /** Reports to the enumerator of how far shards are emitted, at most one per interval. */
  private static final class Reports {

    private static final long INTERVAL_MILLIS = 500;

    private final InstantSource clock;
    private final SourceReaderContext context;
    private final Map<String, Long> unreported = new HashMap<>();
    private long reportedMillis;

    private Reports(InstantSource clock, SourceReaderContext context) {
      this.clock = clock;
      this.context = context;
    }

    private void to(String shard, long millis) {
      unreported.put(shard, millis);
      long now = clock.millis();
      if (now - reportedMillis >= INTERVAL_MILLIS) {
        reportedMillis = now;
        context.sendSourceEventToCoordinator(new ReadTo(unreported));
        unreported.clear();
      }
    }
  }

  @Override
  public InputStatus pollNext(ReaderOutput<ItemChange> output) throws Exception {
    if (due > emitted) {
      emitted = due;
      isDue = new CompletableFuture<>();
      output.emitWatermark(new Watermark(emitted));
    }
    return super.pollNext(output);
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    CompletableFuture<Void> hasRecords = super.isAvailable();
    return hasRecords.isDone()
        ? hasRecords
        : CompletableFuture.anyOf(hasRecords, isDue).thenApply(unused -> null);
  }

  @Override
  public void notifyNoMoreSplits() {
    fetcher.noMoreSplits();
    super.notifyNoMoreSplits();
  }

  @Override
  public List<ShardSplit> snapshotState(long checkpoint) {
    List<ShardSplit> splits = new ArrayList<>(super.snapshotState(checkpoint));
    splits.addAll(finished.values());
    return splits;
  }

  @Override
  public void handleSourceEvents(SourceEvent event) {
    if (event instanceof StreamReadTo stream) {
      due = Math.max(due, stream.millis());
      isDue.complete(null);
    } else if (event instanceof FinishedShardsAcked recorded) {
      finished.keySet().removeAll(recorded.shards());
    } else {
      throw new IllegalArgumentException("The enumerator sent an unknown event: " + event);
    }
  }

  @Override
  protected void onSplitFinished(Map<String, ShardSplitState> ended) {
    Map<String, Long> lastMillis = new HashMap<>();
    ended.forEach(
        (shard, progress) -> {
          finished.put(shard, progress.split().asFinished());
          lastMillis.put(shard, progress.lastMillis());
        });
    context.sendSourceEventToCoordinator(new ShardsFinished(lastMillis));
  }

  @Override
  protected ShardSplitState initializedState(ShardSplit split) {
    return new ShardSplitState(split, metrics);
  }

  @Override
  protected ShardSplit toSplitType(String shard, ShardSplitState progress) {
    return progress.split();
  }
}
