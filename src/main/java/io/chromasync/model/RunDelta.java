package io.chromasync.model;

/**
 * One of the two deltas that a compaction run names: freshly embedded vectors of one receipt for
 * one collection, waiting in S3.
 *
 * @param run the run's id
 * @param prefix where it lies, as the item says it: a key prefix, or {@code s3://bucket/prefix};
 *     null if the item does not say
 * @param version of the INSERT of the run's item, and so of all that the delta holds
 * @param source the change as it was read, should the run end as a dead letter
 * @param created when the item says that it was created, as it is written; a run that is put again
 *     under the same id says another time. Null if it does not say
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

  /** One whose item does not say when it was created. */
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
