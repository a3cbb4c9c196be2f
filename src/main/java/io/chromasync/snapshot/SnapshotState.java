package io.chromasync.snapshot;

import java.util.List;

/**
 * What the enumerator remembers across restarts.
 *
 * @param snapshot the reading all this is about; null if there never was one
 * @param asOfMicros the moment as of which the reading as a whole holds
 * @param sweeps whether its end tells that what was not listed is gone
 * @param total how many splits it has, without the end
 * @param open splits that are not known to be read to their ends
 */
record SnapshotState(
    String snapshot,
    long asOfMicros,
    boolean sweeps,
    int total,
    Phase phase,
    List<OpenSplit> open) {

  SnapshotState {
    open = List.copyOf(open);
  }

  /** Nothing was ever read. */
  static SnapshotState none() {
    return new SnapshotState(null, 0, false, 0, Phase.UNLISTED, List.of());
  }

  /**
   * A split that is to be read.
   *
   * @param assigned whether a reader has it, and its position
   */
  record OpenSplit(SnapshotSplit split, boolean assigned) {}

  /** How far a reading has come. Checkpoints hold these names. */
  enum Phase {
    /** What there is to read is not known yet. */
    UNLISTED,
    /** Its splits are being read, or wait for the checkpoint after the last. */
    READING,
    /** All is read and merged; the end is being told, or was. */
    ENDED
  }
}
