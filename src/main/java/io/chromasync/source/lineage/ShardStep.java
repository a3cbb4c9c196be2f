package io.chromasync.source.lineage;

/** Step that advances a split's state: a record, or a position reached without a record. */
public sealed interface ShardStep permits ShardRecord, ShardStep.Moved, ShardStep.Skipped {

  /** Position reached without a record, because the tip was seen. */
  record Moved(Position to) implements ShardStep {}

  /** Position after a gap. */
  record Skipped(Position to, Gap gap) implements ShardStep {}
}
