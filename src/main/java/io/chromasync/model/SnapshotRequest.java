package io.chromasync.model;

/**
 * Request for a snapshot of one partition's partition.
 *
 * @param repair see {@link TableSnapshot#repair}
 * @param runs see {@link TableSnapshot#runs}
 */
public record SnapshotRequest(String partition, boolean repair, boolean runs) {

  /** Request that does not load completed runs again. */
  public SnapshotRequest(String partition, boolean repair) {
    this(partition, repair, false);
  }
}
