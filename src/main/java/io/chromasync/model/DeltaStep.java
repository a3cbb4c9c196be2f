package io.chromasync.model;

/**
 * Step of loading one delta, in this order: the delta opens, supplies its embeddings, and ends. A
 * delta that cannot be loaded completely only ends, with an error.
 *
 * @param delta the delta, with the change that announced its run
 * @param version of the run's INSERT
 * @param contents for {@link Kind#OPENS} the fact of the batch, else null
 * @param embedding for {@link Kind#BRINGS} a record of the batch, else null
 * @param error for {@link Kind#ENDS} the reason why the delta could not be loaded, one sentence;
 *     null if it was loaded
 */
public record DeltaStep(
    Kind kind, RunDelta delta, Version version, Fact contents, Embedding embedding, String error) {

  /** Kind of step. */
  public enum Kind {
    /** The delta was read completely; its fact is known. */
    OPENS,
    /** One record of the delta. */
    BRINGS,
    /** All records of the delta precede this step, or none can be used. */
    ENDS
  }

  /** Step that opens a delta with the fact of its batch. */
  public static DeltaStep opens(RunDelta delta, Fact contents) {
    return new DeltaStep(Kind.OPENS, delta, delta.version(), contents, null, null);
  }

  public static DeltaStep brings(RunDelta delta, Embedding embedding) {
    return new DeltaStep(Kind.BRINGS, delta, delta.version(), null, embedding, null);
  }

  /** Step that ends a delta after all its embeddings. */
  public static DeltaStep ends(RunDelta delta) {
    return new DeltaStep(Kind.ENDS, delta, delta.version(), null, null, null);
  }

  /** Step that ends a delta of which nothing could be used. */
  public static DeltaStep fails(RunDelta delta, String error) {
    return new DeltaStep(Kind.ENDS, delta, delta.version(), null, null, error);
  }

  /** Id of the partition. */
  public String partition() {
    return delta.partition();
  }

  public CollectionName collection() {
    return delta.collection();
  }

  /** Key of the batch. */
  public EntityKey batch() {
    return delta.scope().batch(delta.collection());
  }

  /** Change that announced the run, for a possible dead letter; null if there is none. */
  public ItemChange source() {
    return delta.source();
  }

  /** Returns true if the run's records are to be written again: it is redriven or was requested. */
  public boolean redriven() {
    return source() != null && source().redriven();
  }

  /** Copy with another version. */
  public DeltaStep withVersion(Version other) {
    return new DeltaStep(kind, delta, other, contents, embedding, error);
  }
}
