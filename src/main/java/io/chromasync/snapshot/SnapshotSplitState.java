package io.chromasync.snapshot;

import io.chromasync.model.SnapshotPart;
import org.apache.flink.api.connector.source.SourceOutput;

/** Emitted position within a split, which a checkpoint stores. Used by the task's thread. */
final class SnapshotSplitState {

  private SnapshotSplit reached;

  SnapshotSplitState(SnapshotSplit split) {
    this.reached = split;
  }

  /** Advances by a step, and emits its part; returns true if there is one. */
  boolean take(SnapshotStep step, SourceOutput<SnapshotPart> output) {
    reached = step.reached();
    if (step.part() == null) {
      return false;
    }
    output.collect(step.part());
    return true;
  }

  SnapshotSplit split() {
    return reached;
  }
}
