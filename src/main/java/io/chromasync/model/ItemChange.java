package io.chromasync.model;

/**
 * Change of one table item, as a stream record describes it.
 *
 * <p>Items travel as DynamoDB JSON ({@code {"PK":{"S":"…"},…}}), which both stream kinds can supply
 * and a dead letter can keep unaltered. DynamoDB calls the two items <i>NewImage</i> and
 * <i>OldImage</i>.
 *
 * @param operation null if the record has no known operation
 * @param partitionKey the string attribute {@code PK}, or null if the record has none
 * @param sortKey the string attribute {@code SK}, or null if the record has none
 * @param newItem the item after the change, or null for a removal or a stream without new
 *     partitions
 * @param oldItem the item before the change, or null for an insert or a stream without old
 *     partitions
 * @param origin stream and shard that it was read from, for logs and dead letters
 * @param redriven true if it is redriven from the dead-letter queue: its records are then written
 *     again, even if they exist
 * @param type the string attribute {@code TYPE} of the new item, or of the old item if there is no
 *     new item; null if absent or not read yet
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

  /** Change whose type was not read. */
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

  /** Change as it is in the stream, whose type was not read. */
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

  /** Copy with another version. */
  public ItemChange withVersion(Version other) {
    return new ItemChange(
        operation, partitionKey, sortKey, newItem, oldItem, other, origin, redriven, type);
  }

  /** Copy with these items. */
  public ItemChange withItems(String newer, String older) {
    return new ItemChange(
        operation, partitionKey, sortKey, newer, older, version, origin, redriven, type);
  }

  /** Copy that is marked as redriven, so that it takes effect again. */
  public ItemChange again() {
    return new ItemChange(
        operation, partitionKey, sortKey, newItem, oldItem, version, origin, true);
  }

  /** Estimated size in bytes of its two items. */
  long estimatedBytes() {
    return (newItem == null ? 0L : newItem.length()) + (oldItem == null ? 0L : oldItem.length());
  }

  /** Kind of change; those of a stream are named as in its {@code eventName}. */
  public enum Operation {
    INSERT,
    MODIFY,
    REMOVE,
    /** No change: a snapshot lists the item. Not in a stream. */
    LISTED;

    /** Returns true if a stream can contain the operation. */
    public boolean isOfStream() {
      return this != LISTED;
    }
  }
}
