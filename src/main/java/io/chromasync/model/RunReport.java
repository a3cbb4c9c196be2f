package io.chromasync.model;

/**
 * How a run ended for one collection, to be told in its item.
 *
 * @param merged how many of its vectors Chroma holds; 0 if it failed
 * @param error why it failed, one sentence; null if it did not
 * @param version of the run's INSERT, which its upserts have too; null if an older release wrote
 *     the report
 * @param created when the item that the run came by says that it was created; null if it does not
 */
public record RunReport(
    String image,
    int receipt,
    String run,
    Collection collection,
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

  /** The same report, when fewer of its vectors reached Chroma. */
  public RunReport without(int vectors) {
    return new RunReport(
        image, receipt, run, collection, Math.max(0, merged - vectors), error, version, created);
  }

  public boolean isFailure() {
    return error != null;
  }

  private static RunReport of(RunDelta delta, int merged, String error) {
    return new RunReport(
        delta.image(),
        delta.receipt(),
        delta.run(),
        delta.collection(),
        merged,
        error,
        delta.version(),
        delta.created());
  }
}
