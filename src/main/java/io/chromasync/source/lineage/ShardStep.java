package io.chromasync.source.lineage;

/** Step that advances a split's state: a record, or a position reached without a record. */
public sealed interface ShardStep
    permits ShardRecord, ShardStep.Moved, ShardStep.Skipped, ShardStep.ReadTo {

  /** Position reached without a record, because the tip was seen. */
  record Moved(Position to) implements ShardStep {}

  /**
   * Instant up to which the shard was read when its steps so far were fetched.
   *
   * @param millis since the epoch: the request that saw the tip, or just before the newest record
   */
  record ReadTo(long millis) implements ShardStep {}

  /** Position after a gap. */
  record Skipped(Position to, Gap gap) implements ShardStep {}
}
