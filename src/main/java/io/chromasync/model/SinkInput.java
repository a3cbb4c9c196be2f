package io.chromasync.model;

/**
 * Input of the sink.
 *
 * @param mutation for {@link Kind#MUTATION} the mutation, else null
 * @param report for {@link Kind#REPORT} the result of a run for one collection, else null; all
 *     mutations of the run for the collection precede it
 * @param rollback for {@link Kind#REWRITTEN} a rollback of Chroma, all of whose repairs precede it,
 *     else null
 */
public record SinkInput(Kind kind, Mutation mutation, RunReport report, Rollback rollback) {

  /** Kind of input. */
  public enum Kind {
    MUTATION,
    REPORT,
    REWRITTEN
  }

  public static SinkInput of(Mutation mutation) {
    return new SinkInput(Kind.MUTATION, mutation, null, null);
  }

  public static SinkInput of(RunReport report) {
    return new SinkInput(Kind.REPORT, null, report, null);
  }

  /** Creates the end of a rewrite after a rollback. */
  public static SinkInput rewritten(Rollback rollback) {
    return new SinkInput(Kind.REWRITTEN, null, null, rollback);
  }
}
