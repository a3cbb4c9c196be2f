package io.chromasync.model;

/**
 * Vector batch of a run for one collection: new vectors of the records of one entity, stored in S3.
 *
 * @param partition id of the partition
 * @param scope entity whose records the batch contains
 * @param run the run's id
 * @param prefix its location as in the item: a key prefix, or {@code s3://bucket/prefix}; null if
 *     absent
 * @param version of the INSERT of the run's item, and so of everything in the delta
 * @param item key of the run's item
 * @param source the change as it was read, for a possible dead letter
 * @param created creation time in the item, as written there; a run re-inserted under the same id
 *     has another time. Null if absent
 */
public record RunDelta(
    String partition,
    EntityKey scope,
    String run,
    CollectionName collection,
    String prefix,
    Version version,
    ItemKey item,
    ItemChange source,
    String created) {

  /** Path of the run, for messages and dead letters. */
  public String path() {
    return scope.path() + "/run/" + run;
  }
}
