package io.chromasync.snapshot;

import io.chromasync.model.SnapshotPart;
import io.chromasync.runtime.OneFetcher;
import io.chromasync.snapshot.scan.ReadBudget;
import io.chromasync.snapshot.scan.ReadRate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.core.io.InputStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Emits the snapshots of the splits assigned to one subtask. Used by the task's thread. */
@SuppressWarnings("try") // Flink's close() may throw InterruptedException, which javac frowns on.
final class SnapshotReader
    extends SingleThreadMultiplexSourceReaderBase<
        SnapshotStep, SnapshotPart, SnapshotSplit, SnapshotSplitState> {

  /** Watermark that holds nothing, and does not end event time as the final watermark does. */
  private static final Watermark OVER = new Watermark(Long.MAX_VALUE - 1);

  private final OneFetcher<SnapshotStep, SnapshotSplit> fetcher;
  private final ReadBudget budget;

  /** Completed once the source no longer holds event time. */
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  private boolean emittedOver;

  SnapshotReader(
      Supplier<SplitReader<SnapshotStep, SnapshotSplit>> readings,
      ReadBudget budget,
      Progress progress,
      SourceReaderContext context) {
    this(new OneFetcher<>(readings, context.getConfiguration()), budget, progress, context);
  }

  private SnapshotReader(
      OneFetcher<SnapshotStep, SnapshotSplit> fetcher,
      ReadBudget budget,
      Progress progress,
      SourceReaderContext context) {
    super(
        fetcher,
        (step, output, split) -> {
          if (split.take(step, output)) {
            progress.emitted();
          }
        },
        context.getConfiguration(),
        context);
    this.fetcher = fetcher;
    this.budget = budget;
  }

  @Override
  public void notifyNoMoreSplits() {
    fetcher.noMoreSplits();
    super.notifyNoMoreSplits();
  }

  @Override
  public void handleSourceEvents(SourceEvent event) {
    if (event instanceof SnapshotOver) {
      over.complete(null);
    } else if (event instanceof ReadRate rate) {
      budget.rate(rate.unitsPerSecond());
    } else {
      throw new IllegalArgumentException("The enumerator sent an unknown event: " + event);
    }
  }

  @Override
  public InputStatus pollNext(ReaderOutput<SnapshotPart> output) throws Exception {
    if (over.isDone() && !emittedOver) {
      emittedOver = true;
      output.emitWatermark(OVER);
    }
    return super.pollNext(output);
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    CompletableFuture<Void> hasRecords = super.isAvailable();
    return hasRecords.isDone() || emittedOver
        ? hasRecords
        : CompletableFuture.anyOf(hasRecords, over).thenApply(unused -> null);
  }

  @Override
  protected void onSplitFinished(Map<String, SnapshotSplitState> ended) {
    context.sendSourceEventToCoordinator(new SplitsFinished(new ArrayList<>(ended.keySet())));
  }

  @Override
  protected SnapshotSplitState initializedState(SnapshotSplit split) {
    return new SnapshotSplitState(split);
  }

  @Override
  protected SnapshotSplit toSplitType(String split, SnapshotSplitState progress) {
    return progress.split();
  }

  /** Logs the progress periodically. For the task's thread. */
  static final class Progress {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotReader.class);
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private final SnapshotMetrics metrics;
    private final InstantSource clock;
    private final int reader;
    private Instant next;

    Progress(SnapshotMetrics metrics, InstantSource clock, int reader) {
      this.metrics = metrics;
      this.clock = clock;
      this.reader = reader;
      this.next = clock.instant().plus(INTERVAL);
    }

    void emitted() {
      metrics.snapshotsEmitted().inc();
      Instant now = clock.instant();
      if (now.isAfter(next)) {
        next = now.plus(INTERVAL);
        LOG.info(
            "Reading the table: reader={} items={} passed_over={} snapshots={} read_units={}",
            reader,
            metrics.itemsRead().getCount(),
            metrics.itemsPassedOver().getCount(),
            metrics.snapshotsEmitted().getCount(),
            Math.round(metrics.readUnits().sum()));
      }
    }
  }
}
