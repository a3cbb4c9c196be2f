package io.chromasync.model;

/**
 * Asks for a reading of one image's partition.
 *
 * @param repair see {@link TableSnapshot#repair}
 * @param runs see {@link TableSnapshot#runs}
 */
public record SnapshotRequest(String image, boolean repair, boolean runs) {

  /** A request that leaves runs alone which are done. */
  public SnapshotRequest(String image, boolean repair) {
    this(image, repair, false);
  }
}
