package io.chromasync.snapshot;

import io.chromasync.model.SnapshotPart;

/**
 * Step within a split.
 *
 * @param part to emit; null = nothing
 * @param reached the split with the position after the step
 */
public record SnapshotStep(SnapshotPart part, SnapshotSplit reached) {}
