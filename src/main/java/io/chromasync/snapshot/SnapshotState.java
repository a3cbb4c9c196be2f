package io.chromasync.snapshot;

import java.util.List;

/**
 * State of the enumerator in checkpoints.
 *
 * @param snapshot id of the snapshot; null if there never was one
 * @param asOfMicros snapshot timestamp of the whole, in microseconds
 * @param deletesUnlisted true if the end of the snapshot implies that everything not listed is
 *     deleted
 * @param total number of splits, without the end
 * @param open splits that are not known to be read to their ends
 */
record SnapshotState(
    String snapshot,
    long asOfMicros,
    boolean deletesUnlisted,
    int total,
    Phase phase,
    List<OpenSplit> open) {

  SnapshotState {
    open = List.copyOf(open);
  }

  /** Initial state, before any snapshot. */
  static SnapshotState none() {
    return new SnapshotState(null, 0, false, 0, Phase.UNLISTED, List.of());
  }

  /**
   * Split that is still to be read.
   *
   * @param assigned true if a reader has the split and its position
   */
  record OpenSplit(SnapshotSplit split, boolean assigned) {}

  /** Phase of a snapshot. Checkpoints contain these names. */
  enum Phase {
    /** The splits are not known yet. */
    UNLISTED,
    /** Splits are being read, or the checkpoint after the last split is not complete. */
    READING,
    /** Everything is read and merged; the end is being emitted, or was. */
    ENDED
  }
}
