package io.chromasync.snapshot;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** Lists the splits of a snapshot. */
public interface SnapshotPlan extends Serializable {

  /**
   * Lists the splits; may take long.
   *
   * @throws SnapshotFailure if the snapshot cannot be used
   * @throws IOException if listing fails for now
   */
  Listing list() throws IOException;

  /** Maximum number of splits per reader at a time. */
  int atOnce();

  /**
   * Splits of a snapshot.
   *
   * @param asOfMicros snapshot timestamp of the whole, in microseconds
   * @param deletesUnlisted true if the snapshot covers the whole table, so that its end implies
   *     deletions
   */
  record Listing(List<SnapshotSplit> splits, long asOfMicros, boolean deletesUnlisted) {}
}
