package io.chromasync.snapshot;

import io.chromasync.model.TableSnapshot;
import org.apache.flink.api.connector.source.SourceOutput;

/** How far a split has been emitted: what a checkpoint stores. Used by the task's thread. */
final class SplitProgress {

  private SnapshotSplit reached;

  SplitProgress(SnapshotSplit split) {
    this.reached = split;
  }

  /** Takes a step, and emits what it says; whether it says anything. */
  boolean take(SnapshotStep step, SourceOutput<TableSnapshot> output) {
    reached = step.reached();
    if (step.snapshot() == null) {
      return false;
    }
    output.collect(step.snapshot());
    return true;
  }

  SnapshotSplit split() {
    return reached;
  }
}
