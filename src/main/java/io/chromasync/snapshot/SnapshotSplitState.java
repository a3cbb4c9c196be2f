package io.chromasync.snapshot;

import io.chromasync.model.TableSnapshot;
import org.apache.flink.api.connector.source.SourceOutput;

/** Emitted position within a split, which a checkpoint stores. Used by the task's thread. */
final class SnapshotSplitState {

  private SnapshotSplit reached;

  SnapshotSplitState(SnapshotSplit split) {
    this.reached = split;
  }

  /** Advances by a step, and emits its snapshot; returns true if there is one. */
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
