package io.chromasync.model;

/**
 * A change that could not have its effect, kept whole so that it can be sent again.
 *
 * @param change null if it is not known any more
 * @param entity path of the entity if it was understood, else null
 * @param detail one sentence: subject, what is wrong, the value
 */
public record DeadLetter(ItemChange change, String entity, Reason reason, String detail) {

  /** Why. */
  public enum Reason {
    /** The item lacks something it must have, or has it in another form. */
    UNPARSABLE,
    /** The item contradicts itself: its type or attributes and its keys say different things. */
    INCONSISTENT,
    /** Older than the tombstone retention, with no memory of its entity: it may be a ghost. */
    TOO_LATE,
    /** A run whose delta could not be loaded. */
    RUN_FAILED,
    /** What Chroma does not take of a record, though it takes others. */
    REJECTED
  }
}
