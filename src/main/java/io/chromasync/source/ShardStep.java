package io.chromasync.source;

/** What moves a split's state: a record, or that there is none up to a moment. */
sealed interface ShardStep permits ShardRecord, ShardStep.Moved, ShardStep.Skipped {

  /** A position reached without a record, as the tip was seen. */
  record Moved(Position to) implements ShardStep {}

  /** A position beyond a gap. */
  record Skipped(Position to, Gap gap) implements ShardStep {}
}
