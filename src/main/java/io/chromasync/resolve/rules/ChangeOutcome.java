package io.chromasync.resolve.rules;

/** Result of applying a change of a fact; every change has exactly one outcome. */
public enum ChangeOutcome {
  /** The newest change of its entity; the entity and its ancestors exist. */
  APPLIED,
  /** A newer change of the entity was applied before. */
  SUPERSEDED,
  /** The same change was applied before. */
  DUPLICATE,
  /**
   * The newest change of its entity, but an ancestor is deleted. The change takes effect if the
   * ancestor is recreated.
   */
  SUPPRESSED,
  /** Older than the tombstone retention, for an entity without state. */
  TOO_LATE
}
