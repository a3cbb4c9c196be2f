package io.chromasync.model;

/**
 * Change of one fact of one image; a change without a fact is a removal.
 *
 * @param image the image id, as in the partition key after {@code IMAGE#}
 * @param inserted true if the entity did not exist just before, so that everything below it
 *     arrived, or arrives, later
 * @param noOp true for a no-op update: the change alters nothing that Chroma shows (a MODIFY whose
 *     old item has the same fact) and only confirms that the entity exists
 * @param source the change as it was read, for a possible dead letter; null if there was none
 */
public record FactChange(
    String image,
    EntityKey entity,
    Fact fact,
    Version version,
    boolean inserted,
    boolean noOp,
    ItemChange source) {

  /** Returns true if the change is redriven from the dead-letter queue. */
  public boolean redriven() {
    return source != null && source.redriven();
  }

  public boolean isRemoval() {
    return fact == null;
  }
}
