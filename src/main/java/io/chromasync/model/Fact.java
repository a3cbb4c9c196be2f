package io.chromasync.model;

import java.util.List;

/**
 * What an item means for Chroma: that its entity is there, and the little of its content that ends
 * in metadata.
 *
 * <p>At most one component is set, the one of the entity's type; images, receipts, lines and words
 * only exist, so theirs are all null ({@link #exists}).
 */
public record Fact(Label label, Place place, Section section, Row row, Delta delta) {

  /** The fact of an entity without content. */
  public static Fact exists() {
    return new Fact(null, null, null, null, null);
  }

  public static Fact of(Label label) {
    return new Fact(label, null, null, null, null);
  }

  public static Fact of(Place place) {
    return new Fact(null, place, null, null, null);
  }

  public static Fact of(Section section) {
    return new Fact(null, null, section, null, null);
  }

  public static Fact of(Row row) {
    return new Fact(null, null, null, row, null);
  }

  public static Fact of(Delta delta) {
    return new Fact(null, null, null, null, delta);
  }

  /** How far a label or a section has been checked. In state: grows only at the end. */
  public enum ValidationStatus {
    NONE,
    PENDING,
    VALID,
    INVALID,
    NEEDS_REVIEW
  }

  /**
   * A label on a word; its name is in its key.
   *
   * @param timestampAdded as the producer wrote it, in a form of ISO 8601, without offset = UTC; of
   *     a label of which no time is shown, whatever its item says, or null
   * @param proposedBy null if the item does not say
   */
  public record Label(ValidationStatus status, String timestampAdded, String proposedBy) {}

  /** The merchant of a receipt; texts are trimmed, null where blank or absent. */
  public record Place(
      String merchantName,
      String merchantCategory,
      String formattedAddress,
      String phoneNumber,
      String placeId) {}

  /**
   * A set of lines of one type; the type is in its key.
   *
   * @param confidence 0 to 1, or null if the item does not say
   */
  public record Section(List<Integer> lineIds, Double confidence, ValidationStatus status) {}

  /** The lines of one printed row, left to right; the first is the primary line. */
  public record Row(List<Integer> lineIds) {}

  /**
   * What a delta of a run holds of rows; its vectors pass by and are not kept.
   *
   * @param rows of {@code lines}; empty for {@code words}
   * @param run the id of the run
   */
  public record Delta(List<Row> rows, String run) {}
}
