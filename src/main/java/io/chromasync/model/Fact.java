package io.chromasync.model;

import java.util.List;

/**
 * Effect of an item on Chroma: the existence of its entity, and the content that becomes metadata.
 *
 * <p>At most one component is set, according to the entity's type. Images, receipts, lines and
 * words only exist, so all components of their facts are null ({@link #exists}).
 */
public record Fact(Label label, Place place, Section section, Row row, Delta delta) {

  /** Fact of an entity without content. */
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

  /** Validation status of a label or a section. In state: grows only at the end. */
  public enum ValidationStatus {
    NONE,
    PENDING,
    VALID,
    INVALID,
    NEEDS_REVIEW
  }

  /**
   * Label on a word; its name is in its key.
   *
   * @param timestampAdded as the producer wrote it, in a form of ISO 8601, without offset = UTC;
   *     for a label whose time is not shown, the raw value of its item, or null
   * @param proposedBy null if the item does not contain it
   */
  public record Label(ValidationStatus status, String timestampAdded, String proposedBy) {}

  /** Merchant of a receipt; strings are trimmed, null where blank or absent. */
  public record Place(
      String merchantName,
      String merchantCategory,
      String formattedAddress,
      String phoneNumber,
      String placeId) {}

  /**
   * Set of lines of one type; the type is in its key.
   *
   * @param confidence 0 to 1, or null if the item does not contain it
   */
  public record Section(List<Integer> lineIds, Double confidence, ValidationStatus status) {}

  /** Lines of one printed row, left to right; the first is the primary line. */
  public record Row(List<Integer> lineIds) {}

  /**
   * Rows of a run's delta; its vectors are not part of the fact.
   *
   * @param rows of {@code lines}; empty for {@code words}
   * @param run the id of the run
   */
  public record Delta(List<Row> rows, String run) {}
}
