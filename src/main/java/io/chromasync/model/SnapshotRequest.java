package io.chromasync.model;

/**
 * Asks for a reading of one image's partition.
 *
 * @param repair see {@link TableSnapshot#repair}
 */
public record SnapshotRequest(String image, boolean repair) {}
