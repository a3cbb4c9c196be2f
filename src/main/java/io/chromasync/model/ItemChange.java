package io.chromasync.model;

/**
 * What a stream record says of one table item.
 *
 * <p>Items travel as DynamoDB JSON ({@code {"PK":{"S":"IMAGE#…"},…}}), which both stream kinds can
 * give and a dead letter can keep as it was. DynamoDB calls the two items <i>NewImage</i> and
 * <i>OldImage</i>; an <i>image</i> is a photo here.
 *
 * @param operation null if the record names none that is known
 * @param partitionKey the string attribute {@code PK}, or null if the record has none
 * @param sortKey the string attribute {@code SK}, or null if the record has none
 * @param newItem the item after the change, or null for a removal or a stream without new images
 * @param oldItem the item before the change, or null for an insert or a stream without old images
 * @param origin where it was read, for logs and dead letters: stream and shard
 * @param redriven whether it was a dead letter and is sent again: then what it gave Chroma is
 *     written again, though it was there already
 * @param type the string attribute {@code TYPE} of the new item, or of the old one where there is
 *     no new one; null if it has none, or nobody looked yet
 */
public record ItemChange(
    Operation operation,
    String partitionKey,
    String sortKey,
    String newItem,
    String oldItem,
    Version version,
    String origin,
    boolean redriven,
    String type) {

  /** A change whose type nobody looked at. */
  public ItemChange(
      Operation operation,
      String partitionKey,
      String sortKey,
      String newItem,
      String oldItem,
      Version version,
      String origin,
      boolean redriven) {
    this(operation, partitionKey, sortKey, newItem, oldItem, version, origin, redriven, null);
  }

  /** A change as the stream says it, whose type nobody looked at. */
  public ItemChange(
      Operation operation,
      String partitionKey,
      String sortKey,
      String newItem,
      String oldItem,
      Version version,
      String origin) {
    this(operation, partitionKey, sortKey, newItem, oldItem, version, origin, false);
  }

  /** The same change with another version. */
  public ItemChange withVersion(Version other) {
    return new ItemChange(
        operation, partitionKey, sortKey, newItem, oldItem, other, origin, redriven, type);
  }

  /** The same change with these items. */
  public ItemChange withItems(String newer, String older) {
    return new ItemChange(
        operation, partitionKey, sortKey, newer, older, version, origin, redriven, type);
  }

  /** The same change, which is to have its effect again. */
  public ItemChange again() {
    return new ItemChange(
        operation, partitionKey, sortKey, newItem, oldItem, version, origin, true);
  }

  /** About how many bytes it takes: its two items. */
  long weight() {
    return (newItem == null ? 0L : newItem.length()) + (oldItem == null ? 0L : oldItem.length());
  }

  /** What happened to the item; the names are those of the stream's {@code eventName}. */
  public enum Operation {
    INSERT,
    MODIFY,
    REMOVE
  }
}
