package io.chromasync.source;

import io.chromasync.model.ItemChange;
import io.chromasync.source.lineage.Lineage;
import io.chromasync.source.lineage.LineageState;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.StartPosition;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;

/**
 * Source without a stream. Positions from an earlier job are kept in state unchanged, so that a
 * later job can resume there.
 */
final class DisabledSource implements ChangeSource {

  private final InstantSource clock;

  /**
   * @param clock serializable, as it is part of the job
   */
  DisabledSource(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public SourceReader<ItemChange, ShardSplit> createReader(SourceReaderContext context) {
    return new Reader();
  }

  @Override
  public String stream() {
    return "";
  }

  @Override
  public StartPosition start() {
    return StartPosition.TRIM_HORIZON;
  }

  @Override
  public SplitEnumerator<ShardSplit, LineageState> enumerator(
      SplitEnumeratorContext<ShardSplit> context, Lineage lineage) {
    return new Enumerator(context, lineage);
  }

  /** Enumerator that keeps the splits of an earlier job, as reported by readers. */
  private final class Enumerator implements SplitEnumerator<ShardSplit, LineageState> {

    private final SplitEnumeratorContext<ShardSplit> context;
    private final Lineage lineage;

    private Enumerator(SplitEnumeratorContext<ShardSplit> context, Lineage lineage) {
      this.context = context;
      this.lineage = lineage;
    }

    @Override
    public void addReader(int reader) {
      addSplitsBack(
          context.registeredReaders().get(reader).getReportedSplitsOnRegistration(), reader);
    }

    @Override
    public void addSplitsBack(List<ShardSplit> splits, int reader) {
      splits.stream()
          .filter(lineage::knows)
          .forEach(split -> lineage.returned(split, clock.instant()));
    }

    @Override
    public LineageState snapshotState(long checkpoint) {
      return lineage.state();
    }

    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int reader, String host) {}

    @Override
    public void close() {}
  }

  /** Reader that never has a record. */
  private static final class Reader implements SourceReader<ItemChange, ShardSplit> {

    private final CompletableFuture<Void> never = new CompletableFuture<>();

    @Override
    public InputStatus pollNext(ReaderOutput<ItemChange> output) {
      return InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return never;
    }

    @Override
    public List<ShardSplit> snapshotState(long checkpoint) {
      return List.of();
    }

    @Override
    public void start() {}

    @Override
    public void addSplits(List<ShardSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {}
  }
}
