package io.chromasync.model;

import java.util.List;

/**
 * Step of loading one delta, in this order: the delta opens, supplies its embeddings, and ends. A
 * delta that cannot be loaded completely only ends, with an error.
 *
 * <p>Exactly one of {@code opens}, {@code embedding} and {@code ends} is set.
 *
 * @param version of the run's INSERT
 * @param opens rows of the delta
 * @param ends the delta, with the run's change as it was read
 * @param error reason why the delta could not be loaded, one sentence; null if it was loaded
 * @param source change that announced the run, for a possible dead letter
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

  /** Returns true if the run's records are to be written again: it is redriven or was requested. */
  public boolean redriven() {
    return source != null && source.redriven();
  }

  /** Step that opens a delta after it was read completely, with these rows. */
  public static DeltaStep opens(RunDelta delta, List<Fact.Row> rows) {
    return step(delta, new Fact.Delta(rows, delta.run()), null, null, null);
  }

  public static DeltaStep brings(RunDelta delta, Embedding embedding) {
    return step(delta, null, embedding, null, null);
  }

  /** Step that ends a delta after all its embeddings. */
  public static DeltaStep ends(RunDelta delta) {
    return step(delta, null, null, delta, null);
  }

  /** Step that ends a delta of which nothing could be used. */
  public static DeltaStep fails(RunDelta delta, String error) {
    return step(delta, null, null, delta, error);
  }

  /** Copy with another version. */
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
