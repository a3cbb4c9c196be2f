package io.chromasync.model;

/**
 * A change of one fact of one image; without a fact it is a removal.
 *
 * @param image the image id, as in the partition key after {@code IMAGE#}
 * @param inserted the entity was not there just before: whatever lies below it came, or comes,
 *     after
 * @param restated the change alters nothing that Chroma shows (a MODIFY whose old item meant the
 *     same), so it is no news except that the entity is there
 * @param source the change as it was read, should it end as a dead letter; null if there was none
 */
public record FactChange(
    String image,
    EntityKey entity,
    Fact fact,
    Version version,
    boolean inserted,
    boolean restated,
    ItemChange source) {

  /** Whether it is sent again after it was a dead letter. */
  public boolean redriven() {
    return source != null && source.redriven();
  }

  public boolean isRemoval() {
    return fact == null;
  }
}
