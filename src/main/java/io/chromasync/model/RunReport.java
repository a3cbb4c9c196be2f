package io.chromasync.model;

/**
 * Result of a run for one collection, to be written to its item.
 *
 * @param partition id of the partition
 * @param scope entity whose records the run supplies
 * @param item key of the run's item
 * @param merged number of its vectors in Chroma; 0 if it failed
 * @param error reason of the failure, one sentence; null if it succeeded
 * @param version of the run's INSERT, which its upserts have too
 * @param created creation time in the item that announced the run; null if absent
 */
public record RunReport(
    String partition,
    EntityKey scope,
    ItemKey item,
    CollectionName collection,
    int merged,
    String error,
    Version version,
    String created) {

  public static RunReport completed(RunDelta delta, int merged) {
    return of(delta, merged, null);
  }

  public static RunReport failed(RunDelta delta, String error) {
    return of(delta, 0, error);
  }

  /** Copy for the case that fewer of its vectors reached Chroma. */
  public RunReport without(int vectors) {
    return new RunReport(
        partition, scope, item, collection, Math.max(0, merged - vectors), error, version, created);
  }

  public boolean isFailure() {
    return error != null;
  }

  private static RunReport of(RunDelta delta, int merged, String error) {
    return new RunReport(
        delta.partition(),
        delta.scope(),
        delta.item(),
        delta.collection(),
        merged,
        error,
        delta.version(),
        delta.created());
  }
}
