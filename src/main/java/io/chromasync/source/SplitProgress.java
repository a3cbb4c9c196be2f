package io.chromasync.source;

import io.chromasync.model.ItemChange;
import org.apache.flink.api.connector.source.SourceOutput;

/**
 * How far the records of a split have been emitted: what a checkpoint stores.
 *
 * <p>Used by the task's thread.
 */
final class SplitProgress {

  private final ShardSplit split;
  private final SourceMetrics metrics;
  private Position position;
  private long lastMillis = Long.MIN_VALUE;

  SplitProgress(ShardSplit split, SourceMetrics metrics) {
    this.split = split;
    this.metrics = metrics;
    this.position = split.position();
  }

  /** Takes a step, and emits the change of a record. */
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

  /** With the change's time, unless it is from before the start or of another table. */
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

  /** Event time never runs ahead of the stream: it lets removals be forgotten. */
  private static long eventMillis(ShardRecord record) {
    long changed = Math.floorDiv(record.change().version().micros(), 1000);
    return Math.min(changed, record.createdMillis());
  }

  /** When the last record read was created; {@link Long#MIN_VALUE} if none was yet. */
  long lastMillis() {
    return lastMillis;
  }

  ShardSplit split() {
    return split.at(position);
  }
}
