package io.chromasync.source;

import java.util.List;

/**
 * What the enumerator remembers across restarts.
 *
 * @param stream the ARN of the stream all this is about
 * @param fromMillis the moment the start was pinned to, or null as long as no shard was ever listed
 * @param listedMillis when the shards were last listed and the stream was on; 0 if never. The table
 *     was watched until then
 * @param shards every shard known, with what is known of it; those of a stream that came before are
 *     finished
 * @param missing the gaps that were skipped; since version 2
 * @param roundUpMillis as in every split of the stream; since version 3
 * @param replay name of the last replay that was begun, or null; since version 4
 */
record LineageState(
    String stream,
    Long fromMillis,
    long listedMillis,
    List<TrackedShard> shards,
    MissingTime missing,
    long roundUpMillis,
    String replay) {
  LineageState {
    shards = List.copyOf(shards);
  }

  /**
   * A shard and where it stands.
   *
   * @param finishedMillis when its end was reported; 0 unless finished
   */
  record TrackedShard(ShardSplit split, Status status, long finishedMillis) {}

  /** Where a shard stands. Checkpoints hold these names. */
  enum Status {
    /** Nobody reads it yet. */
    WAITING,
    /** A reader has it, and its position. */
    ASSIGNED,
    /** Read to its end. */
    FINISHED
  }
}
