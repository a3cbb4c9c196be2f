package io.chromasync.snapshot;

import io.chromasync.model.TableSnapshot;

/**
 * A step in a split.
 *
 * @param snapshot what it says; null = nothing
 * @param reached the split after it
 */
record SnapshotStep(TableSnapshot snapshot, SnapshotSplit reached) {}
