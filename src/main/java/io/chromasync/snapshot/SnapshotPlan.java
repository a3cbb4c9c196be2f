package io.chromasync.snapshot;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** Finds out what there is to read. */
interface SnapshotPlan extends Serializable {

  /**
   * Lists it; may take long.
   *
   * @throws SnapshotFailure if it cannot be used as it is
   * @throws IOException if it cannot be found out now
   */
  Listing list() throws IOException;

  /** How many splits one reader may have at once. */
  int atOnce();

  /**
   * What there is to read.
   *
   * @param asOfMicros the moment as of which all of it holds
   * @param sweeps whether it is the whole table, so that its end tells what is gone
   */
  record Listing(List<SnapshotSplit> splits, long asOfMicros, boolean sweeps) {}
}
