package io.chromasync.model;

/**
 * Change of one fact of one partition; a change without a fact is a removal.
 *
 * @param partition id of the partition, as the domain reads it from the partition key
 * @param inserted true if the entity did not exist just before, so that everything below it
 *     arrived, or arrives, later
 * @param noOp true for a no-op update: the change alters nothing that Chroma shows (a MODIFY whose
 *     old item has the same fact) and only confirms that the entity exists
 * @param source the change as it was read, for a possible dead letter; null if there was none
 * @param embedding vector that the item itself contains; null if runs supply the vectors
 */
public record FactChange(
    String partition,
    EntityKey entity,
    Fact fact,
    Version version,
    boolean inserted,
    boolean noOp,
    ItemChange source,
    Embedding embedding) {

  /** Change of an item without a vector. */
  public FactChange(
      String partition,
      EntityKey entity,
      Fact fact,
      Version version,
      boolean inserted,
      boolean noOp,
      ItemChange source) {
    this(partition, entity, fact, version, inserted, noOp, source, null);
  }

  /** Returns true if the change is redriven from the dead-letter queue. */
  public boolean redriven() {
    return source != null && source.redriven();
  }

  public boolean isRemoval() {
    return fact == null;
  }
}
