package io.chromasync.model;

/**
 * What arrives of one image to be resolved; exactly one component is set.
 *
 * @param change of a fact
 * @param step of a delta
 * @param listed what a reading of the table found
 */
public record Arrival(FactChange change, DeltaStep step, ListedFacts listed) {

  public static Arrival of(FactChange change) {
    return new Arrival(change, null, null);
  }

  public static Arrival of(DeltaStep step) {
    return new Arrival(null, step, null);
  }

  public static Arrival of(ListedFacts listed) {
    return new Arrival(null, null, listed);
  }

  /** The image that it is about. */
  public String image() {
    if (change != null) {
      return change.image();
    }
    return step != null ? step.image() : listed.image();
  }
}
