package io.chromasync.model;

/**
 * Input of the resolve operator for one partition.
 *
 * @param change for {@link Kind#CHANGE} the change of a fact, else null
 * @param step for {@link Kind#DELTA} a step of a delta, else null
 * @param listed for {@link Kind#SNAPSHOT} facts of a snapshot, else null
 * @param query for {@link Kind#QUERY} the query of its state, else null
 * @param orphan for {@link Kind#ORPHAN} a record that an audit found in Chroma, else null
 */
public record ResolveInput(
    Kind kind,
    FactChange change,
    DeltaStep step,
    SnapshotFacts listed,
    Query query,
    RecordKey orphan) {

  /** Kind of input. */
  public enum Kind {
    CHANGE,
    DELTA,
    SNAPSHOT,
    QUERY,
    ORPHAN
  }

  /**
   * Query of the state of one partition, by an operator.
   *
   * @param id of the query, which the answer repeats
   */
  public record Query(String id, String partition) {}

  public static ResolveInput of(FactChange change) {
    return new ResolveInput(Kind.CHANGE, change, null, null, null, null);
  }

  public static ResolveInput of(DeltaStep step) {
    return new ResolveInput(Kind.DELTA, null, step, null, null, null);
  }

  public static ResolveInput of(SnapshotFacts listed) {
    return new ResolveInput(Kind.SNAPSHOT, null, null, listed, null, null);
  }

  public static ResolveInput of(Query query) {
    return new ResolveInput(Kind.QUERY, null, null, null, query, null);
  }

  /**
   * Request to delete a record, if the partition does not show it.
   *
   * @param orphan with the entity {@link EntityKey#PARTITION}: only its id is known
   */
  public static ResolveInput of(RecordKey orphan) {
    return new ResolveInput(Kind.ORPHAN, null, null, null, null, orphan);
  }

  /** Id of the partition concerned. */
  public String partition() {
    return switch (kind) {
      case CHANGE -> change.partition();
      case DELTA -> step.partition();
      case SNAPSHOT -> listed.partition();
      case QUERY -> query.partition();
      case ORPHAN -> orphan.partition();
    };
  }
}
