package io.chromasync.source;

/** What moves a split's state: a record, or that there is none up to a moment. */
sealed interface ShardStep permits ShardRecord, ShardStep.Moved {

  /** A position reached without a record: the tip was seen, or a gap is skipped. */
  record Moved(Position to) implements ShardStep {}
}
