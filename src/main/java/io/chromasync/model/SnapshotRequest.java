package io.chromasync.model;

/**
 * Request for a snapshot of one image's partition.
 *
 * @param repair see {@link TableSnapshot#repair}
 * @param runs see {@link TableSnapshot#runs}
 */
public record SnapshotRequest(String image, boolean repair, boolean runs) {

  /** Request that does not load completed runs again. */
  public SnapshotRequest(String image, boolean repair) {
    this(image, repair, false);
  }
}
