package io.chromasync.model;

/**
 * One of the two deltas of a compaction run: new vectors of one receipt for one collection, stored
 * in S3.
 *
 * @param run the run's id
 * @param prefix its location as in the item: a key prefix, or {@code s3://bucket/prefix}; null if
 *     absent
 * @param version of the INSERT of the run's item, and so of everything in the delta
 * @param source the change as it was read, for a possible dead letter
 * @param created creation time in the item, as written there; a run re-inserted under the same id
 *     has another time. Null if absent
 */
public record RunDelta(
    String image,
    int receipt,
    String run,
    Collection collection,
    String prefix,
    Version version,
    ItemChange source,
    String created) {

  /** Delta of a run whose item has no creation time. */
  public RunDelta(
      String image,
      int receipt,
      String run,
      Collection collection,
      String prefix,
      Version version,
      ItemChange source) {
    this(image, receipt, run, collection, prefix, version, source, null);
  }
}
