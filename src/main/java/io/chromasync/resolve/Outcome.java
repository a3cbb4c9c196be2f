package io.chromasync.resolve;

/** How a change of a fact ended; every change ends in exactly one. */
enum Outcome {
  /** It is the newest of its entity, and its entity counts. */
  APPLIED,
  /** A newer change of its entity was there already. */
  SUPERSEDED,
  /** It was there already. */
  DUPLICATE,
  /**
   * It is the newest of its entity, but an ancestor is removed: it counts if the ancestor returns.
   */
  SUPPRESSED,
  /** Older than the tombstone retention, of an entity without memory. */
  TOO_LATE
}
