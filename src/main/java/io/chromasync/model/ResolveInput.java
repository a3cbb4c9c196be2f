package io.chromasync.model;

/**
 * Input of the resolve operator for one image; exactly one component is set.
 *
 * @param change of a fact
 * @param step of a delta
 * @param listed facts of a snapshot
 */
public record ResolveInput(FactChange change, DeltaStep step, SnapshotFacts listed) {

  public static ResolveInput of(FactChange change) {
    return new ResolveInput(change, null, null);
  }

  public static ResolveInput of(DeltaStep step) {
    return new ResolveInput(null, step, null);
  }

  public static ResolveInput of(SnapshotFacts listed) {
    return new ResolveInput(null, null, listed);
  }

  /** Id of the image concerned. */
  public String image() {
    if (change != null) {
      return change.image();
    }
    return step != null ? step.image() : listed.image();
  }
}
