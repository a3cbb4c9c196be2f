package io.chromasync.source.lineage;

import java.util.List;

/**
 * State of the enumerator, as stored in checkpoints.
 *
 * @param stream ARN of the stream
 * @param fromMillis creation time to which the start was pinned, or null if the shards were never
 *     listed
 * @param listedMillis time of the last listing at which the stream was switched on; 0 if never. The
 *     table was watched until then
 * @param shards all known shards with their status; shards of an older stream are finished
 * @param missing total of the skipped gaps; since version 2
 * @param roundUpMillis value for new splits of the stream, as in {@link ShardSplit}; since version
 *     3
 * @param replay name of the last replay that was started, or null; since version 4
 */
public record LineageState(
    String stream,
    Long fromMillis,
    long listedMillis,
    List<TrackedShard> shards,
    GapTotal missing,
    long roundUpMillis,
    String replay) {
  public LineageState {
    shards = List.copyOf(shards);
  }

  /**
   * Shard with its status.
   *
   * @param finishedMillis time at which its end was reported; 0 unless finished
   */
  public record TrackedShard(ShardSplit split, Status status, long finishedMillis) {}

  /** Status of a shard. Checkpoints contain these names. */
  public enum Status {
    /** Not assigned to a reader. */
    WAITING,
    /** Assigned to a reader, whose state contains the position. */
    ASSIGNED,
    /** Read to its end. */
    FINISHED
  }
}
