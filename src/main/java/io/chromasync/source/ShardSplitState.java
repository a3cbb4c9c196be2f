package io.chromasync.source;

import io.chromasync.model.ItemChange;
import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.ShardRecord;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.ShardStep;
import org.apache.flink.api.connector.source.SourceOutput;

/**
 * Progress of a split: the position of the last emitted record, as stored in a checkpoint.
 *
 * <p>Used by the task's thread.
 */
final class ShardSplitState {

  private final ShardSplit split;
  private final SourceMetrics metrics;
  private Position position;
  private long lastMillis = Long.MIN_VALUE;

  ShardSplitState(ShardSplit split, SourceMetrics metrics) {
    this.split = split;
    this.metrics = metrics;
    this.position = split.position();
  }

  /** Applies a step; emits the change of a record. */
  void take(ShardStep step, SourceOutput<ItemChange> output) {
    if (step instanceof ShardRecord record) {
      emit(record, output);
      position = position.after(record);
      lastMillis = Math.max(lastMillis, record.createdMillis());
    } else if (step instanceof ShardStep.Moved moved) {
      position = moved.to();
    } else if (step instanceof ShardStep.Skipped skipped) {
      position = skipped.to();
    }
  }

  /**
   * Emits the change with its event time, unless the record is from before the start or of another
   * table.
   */
  private void emit(ShardRecord record, SourceOutput<ItemChange> output) {
    metrics.recordsRead().inc();
    if (!position.counts(record)) {
      metrics.recordsPassedOver().inc();
    } else if (record.change() == null) {
      metrics.recordsOfOtherTables().inc();
    } else {
      output.collect(split.versioned(record), eventMillis(record));
    }
  }

  /**
   * Returns the event time of a record: at most its creation time, because event time expires
   * tombstones.
   */
  private static long eventMillis(ShardRecord record) {
    long changed = Math.floorDiv(record.change().version().micros(), 1000);
    return Math.min(changed, record.createdMillis());
  }

  /**
   * Returns the creation time of the last record read; {@link Long#MIN_VALUE} if no record was
   * read.
   */
  long lastMillis() {
    return lastMillis;
  }

  ShardSplit split() {
    return split.at(position);
  }
}
