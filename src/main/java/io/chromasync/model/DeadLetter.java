package io.chromasync.model;

/**
 * Change that could not be applied, kept whole so that it can be redriven.
 *
 * @param change null if it is no longer known
 * @param entity path of the entity if the change was parsed, else null
 * @param detail one sentence: subject, error, value
 */
public record DeadLetter(ItemChange change, String entity, Reason reason, String detail) {

  /** Cause of a dead letter. */
  public enum Reason {
    /** The item lacks a required attribute, or has it in an invalid form. */
    UNPARSABLE,
    /** The item contradicts itself: its type or attributes disagree with its keys. */
    INCONSISTENT,
    /**
     * Older than the tombstone retention, for an entity without state. It may be a late event for a
     * deleted entity.
     */
    TOO_LATE,
    /** A run whose delta could not be loaded. */
    RUN_FAILED,
    /** A record that Chroma rejects although it accepts other records. */
    REJECTED
  }
}
