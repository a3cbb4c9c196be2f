package io.chromasync.model;

/**
 * Input of the sink.
 *
 * @param mutation for {@link Kind#MUTATION} the mutation, else null
 * @param report for {@link Kind#REPORT} the result of a run for one collection, else null; all
 *     mutations of the run for the collection precede it
 */
public record SinkInput(Kind kind, Mutation mutation, RunReport report) {

  /** Kind of input. */
  public enum Kind {
    MUTATION,
    REPORT
  }

  public static SinkInput of(Mutation mutation) {
    return new SinkInput(Kind.MUTATION, mutation, null);
  }

  public static SinkInput of(RunReport report) {
    return new SinkInput(Kind.REPORT, null, report);
  }
}
