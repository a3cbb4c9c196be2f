package io.chromasync.bench;

import io.chromasync.receipts.ReceiptFacts.ValidationStatus;

/**
 * A change of one word, as a queue brings it.
 *
 * @param version unique, ascending in the order in which changes were made
 * @param image number of the image
 * @param word number of the word in the image
 * @param status of its label as of then
 * @param vector number of its vector as of then
 * @param wasThere whether the word was there before
 */
record RecordChange(
    Kind kind,
    int version,
    int image,
    int word,
    ValidationStatus status,
    int vector,
    boolean wasThere) {

  private static final int CHANGES_PER_SECOND = 20;

  /** What was done. */
  enum Kind {
    /** A run embedded the word; it was inserted with its label if it was not there. */
    EMBEDDED,
    /** The word was deleted, and its label. */
    DELETED,
    /** Its label got another status. */
    LABELLED
  }

  /** When, in whole seconds, as a stream tells it. */
  int second() {
    return version / CHANGES_PER_SECOND;
  }

  /** Tells words apart. */
  long key() {
    return ((long) image << 32) | word;
  }

  /** The record's value while the change is the newest. */
  Shown shown() {
    return new Shown(labelStatus(), vector);
  }

  /** As the record has it. */
  String labelStatus() {
    return switch (status) {
      case VALID -> "validated";
      case PENDING -> "auto_suggested";
      default -> "unvalidated";
    };
  }

  /**
   * What a record shows.
   *
   * @param vector number of the vector
   */
  record Shown(String labelStatus, int vector) {}
}
