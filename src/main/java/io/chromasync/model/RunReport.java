package io.chromasync.model;

/**
 * How a run ended for one collection, to be told in its item.
 *
 * @param merged how many of its vectors Chroma holds; 0 if it failed
 * @param error why it failed, one sentence; null if it did not
 * @param created when the item that the run came by says that it was created; null if it does not
 */
public record RunReport(
    String image,
    int receipt,
    String run,
    Collection collection,
    int merged,
    String error,
    String created) {

  /** One whose item does not say when it was created. */
  public RunReport(
      String image, int receipt, String run, Collection collection, int merged, String error) {
    this(image, receipt, run, collection, merged, error, null);
  }

  public static RunReport completed(RunDelta delta, int merged) {
    return of(delta, merged, null);
  }

  public static RunReport failed(RunDelta delta, String error) {
    return of(delta, 0, error);
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
        delta.created());
  }
}
