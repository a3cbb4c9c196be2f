package io.chromasync.snapshot;

import io.chromasync.model.TableSnapshot;

/**
 * Step within a split.
 *
 * @param snapshot to emit; null = nothing
 * @param reached the split with the position after the step
 */
public record SnapshotStep(TableSnapshot snapshot, SnapshotSplit reached) {}
