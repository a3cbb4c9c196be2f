package io.chromasync.source;

import io.chromasync.model.ItemChange;
import io.chromasync.runtime.OneFetcher;
import io.chromasync.source.lineage.GapSkipped;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.ShardStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;

/**
 * Reader of the shards that are assigned to one subtask; emits their changes.
 *
 * <p>A shard read to its end is reported to the enumerator. It stays in this reader's state until
 * the enumerator acknowledges that a complete checkpoint contains the report, for the reason given
 * in {@link FinishedShardAcks}.
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

  private ShardReader(
      OneFetcher<ShardStep, ShardSplit> fetcher,
      SourceMetrics metrics,
      SourceReaderContext context) {
    super(
        fetcher,
        (step, output, progress) -> {
          progress.take(step, output);
          if (step instanceof ShardStep.Skipped skipped) {
            context.sendSourceEventToCoordinator(GapSkipped.of(skipped.gap()));
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
        context);
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
    if (!(event instanceof FinishedShardsAcked recorded)) {
      throw new IllegalArgumentException("The enumerator sent an unknown event: " + event);
    }
    finished.keySet().removeAll(recorded.shards());
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
