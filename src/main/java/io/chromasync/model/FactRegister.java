package io.chromasync.model;

/**
 * State of one entity: its newest change, and what older changes still decide.
 *
 * <p>Every component is a maximum or a logical OR over the changes seen. So the register does not
 * depend on their order or on duplicates.
 *
 * @param version of the newest change
 * @param fact of the newest change; null = removed (this register is a tombstone)
 * @param removed version of the newest removal, kept after the entity is recreated; null = never
 *     removed
 * @param inserted true if an INSERT was seen
 * @param noOp true if the newest change was a no-op update
 * @param altered if a no-op update: version of the newest change that was not a no-op; null if none
 *     was seen
 */
public record FactRegister(
    Version version, Fact fact, Version removed, boolean inserted, boolean noOp, Version altered) {

  public boolean isTombstone() {
    return fact == null;
  }

  /**
   * Version whose event time the metadata shows: the newest change that altered the fact. Null if
   * only no-op updates were seen, as for an item from a snapshot.
   */
  public Version alteredAt() {
    return noOp ? altered : version;
  }

  /**
   * For a tombstone, the version whose event time the metadata shows for the removal. This is the
   * removal itself if it was seen, else the snapshot that no longer lists the item.
   */
  public Version removedAt() {
    boolean wasSeen = removed != null && removed.equals(alteredAt());
    return wasSeen ? removed : version;
  }
}
