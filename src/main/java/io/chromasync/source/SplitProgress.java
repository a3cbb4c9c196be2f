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
  private Position position;

  SplitProgress(ShardSplit split) {
    this.split = split;
    this.position = split.position();
  }

  /** Emits a record's change with the record's time, unless it is from before the start. */
  void emit(ShardRecord record, SourceOutput<ItemChange> output) {
    if (position.counts(record)) {
      output.collect(record.change(), record.createdMillis());
    }
    position = position.after(record);
  }

  ShardSplit split() {
    return split.at(position);
  }
}
