package io.chromasync.source;

import io.chromasync.model.ItemChange;
import io.chromasync.source.lineage.Lineage;
import io.chromasync.source.lineage.LineageState;
import io.chromasync.source.lineage.LineageStateSerializer;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.ShardSplitSerializer;
import io.chromasync.source.lineage.StartPosition;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SupportsSplitReassignmentOnRecovery;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Source without a stream. Positions from an earlier job are kept in state unchanged, so that a
 * later job can resume there.
 *
 * <p>The source is unbounded. The end of the input would also end event time, which expires
 * tombstones, and a finished job cannot resume from a savepoint.
 */
final class DisabledSource
    implements Source<ItemChange, ShardSplit, LineageState>,
        ResultTypeQueryable<ItemChange>,
        SupportsSplitReassignmentOnRecovery {

  private final InstantSource clock;

  /**
   * @param clock serializable, as it is part of the job
   */
  DisabledSource(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SourceReader<ItemChange, ShardSplit> createReader(SourceReaderContext context) {
    return new Reader();
  }

  @Override
  public SplitEnumerator<ShardSplit, LineageState> createEnumerator(
      SplitEnumeratorContext<ShardSplit> context) {
    return new Enumerator(context, new Lineage("", StartPosition.TRIM_HORIZON));
  }

  @Override
  public SplitEnumerator<ShardSplit, LineageState> restoreEnumerator(
      SplitEnumeratorContext<ShardSplit> context, LineageState state) {
    return new Enumerator(context, Lineage.restored(state, StartPosition.TRIM_HORIZON));
  }

  @Override
  public SimpleVersionedSerializer<ShardSplit> getSplitSerializer() {
    return new ShardSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<LineageState> getEnumeratorCheckpointSerializer() {
    return new LineageStateSerializer();
  }

  @Override
  public TypeInformation<ItemChange> getProducedType() {
    return TypeInformation.of(ItemChange.class);
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
