package io.chromasync.model;

/**
 * How a run ended for one collection, to be told in its item.
 *
 * @param merged how many of its vectors Chroma holds; 0 if it failed
 * @param error why it failed, one sentence; null if it did not
 * @param version of the run's INSERT, which its upserts have too; null if an older release wrote
 *     the report
 */
public record RunReport(
    String image,
    int receipt,
    String run,
    Collection collection,
    int merged,
    String error,
    Version version) {

  public static RunReport completed(RunDelta delta, int merged) {
    return new RunReport(
        delta.image(),
        delta.receipt(),
        delta.run(),
        delta.collection(),
        merged,
        null,
        delta.version());
  }

  public static RunReport failed(RunDelta delta, String error) {
    return new RunReport(
        delta.image(), delta.receipt(), delta.run(), delta.collection(), 0, error, delta.version());
  }

  /** The same report, when fewer of its vectors reached Chroma. */
  public RunReport without(int vectors) {
    return new RunReport(
        image, receipt, run, collection, Math.max(0, merged - vectors), error, version);
  }

  public boolean isFailure() {
    return error != null;
  }
}
