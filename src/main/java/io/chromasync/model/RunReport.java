package io.chromasync.model;

/**
 * How a run ended for one collection, to be told in its item.
 *
 * @param merged how many of its vectors Chroma holds; 0 if it failed
 * @param error why it failed, one sentence; null if it did not
 */
public record RunReport(
    String image, int receipt, String run, Collection collection, int merged, String error) {

  public static RunReport completed(RunDelta delta, int merged) {
    return new RunReport(
        delta.image(), delta.receipt(), delta.run(), delta.collection(), merged, null);
  }

  public static RunReport failed(RunDelta delta, String error) {
    return new RunReport(delta.image(), delta.receipt(), delta.run(), delta.collection(), 0, error);
  }

  public boolean isFailure() {
    return error != null;
  }
}
