package io.chromasync.model;

import java.util.List;

/**
 * What the loading of one delta yields, step by step and in this order: it opens, brings its
 * embeddings, and ends. A delta that cannot be loaded whole only ends, with an error.
 *
 * <p>Exactly one of {@code opens}, {@code embedding} and {@code ends} is set.
 *
 * @param version of the run's INSERT
 * @param opens what the delta holds of rows
 * @param ends the delta, with the run's change as it was read
 * @param error why the delta could not be loaded, one sentence; null if it was
 * @param source the change by which the run came, should something of it end as a dead letter
 * @param run the run's id
 */
public record DeltaStep(
    String image,
    int receipt,
    Collection collection,
    Version version,
    Fact.Delta opens,
    Embedding embedding,
    RunDelta ends,
    String error,
    ItemChange source,
    String run) {

  /** Whether what the run brings is to be written again: it was a dead letter, or is asked for. */
  public boolean redriven() {
    return source != null && source.redriven();
  }

  /** The delta was read whole; it holds these rows. */
  public static DeltaStep opens(RunDelta delta, List<Fact.Row> rows) {
    return step(delta, new Fact.Delta(rows, delta.run()), null, null, null);
  }

  public static DeltaStep brings(RunDelta delta, Embedding embedding) {
    return step(delta, null, embedding, null, null);
  }

  /** All embeddings have gone before. */
  public static DeltaStep ends(RunDelta delta) {
    return step(delta, null, null, delta, null);
  }

  /** Nothing of the delta could be used. */
  public static DeltaStep fails(RunDelta delta, String error) {
    return step(delta, null, null, delta, error);
  }

  /** The same step with another version. */
  public DeltaStep withVersion(Version other) {
    return new DeltaStep(
        image, receipt, collection, other, opens, embedding, ends, error, source, run);
  }

  private static DeltaStep step(
      RunDelta delta, Fact.Delta opens, Embedding embedding, RunDelta ends, String error) {
    return new DeltaStep(
        delta.image(),
        delta.receipt(),
        delta.collection(),
        delta.version(),
        opens,
        embedding,
        ends,
        error,
        delta.source(),
        delta.run());
  }
}
