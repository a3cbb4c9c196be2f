package io.chromasync.model;

/**
 * What is remembered of one entity: its newest change, and what older changes still decide.
 *
 * <p>Every component is a maximum or an or over the changes seen, so the entry does not depend on
 * their order, nor on duplicates.
 *
 * @param version of the newest change
 * @param fact of the newest change; null = removed (this entry is a tombstone)
 * @param removed version of the newest removal, kept after the entity came back; null = never
 * @param inserted whether an insert was seen
 * @param restated whether the newest change was a restatement
 * @param altered if restated: version of the newest change that was none, null if none was seen
 */
public record Entry(
    Version version,
    Fact fact,
    Version removed,
    boolean inserted,
    boolean restated,
    Version altered) {

  public boolean isTombstone() {
    return fact == null;
  }

  /**
   * The version whose event time metadata tells: of the newest change that altered the fact. Null
   * if only restatements were seen, as of an item that was read from the table.
   */
  public Version alteredAt() {
    return restated ? altered : version;
  }

  /**
   * Of a tombstone, the version whose event time metadata tells of the removal: the removal itself
   * if it was seen, else the reading that did not list what was there before.
   */
  public Version removedAt() {
    boolean wasSeen = removed != null && removed.equals(alteredAt());
    return wasSeen ? removed : version;
  }
}
