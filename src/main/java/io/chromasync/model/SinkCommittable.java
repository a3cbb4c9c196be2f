package io.chromasync.model;

import java.util.List;

/**
 * Committable of the sink, published once a checkpoint covers it.
 *
 * @param report for {@link Kind#REPORT} the result of a run, else null
 * @param letters for {@link Kind#DEAD_LETTERS} the changes that Chroma rejected, in order of
 *     arrival; else null
 */
public record SinkCommittable(Kind kind, RunReport report, List<DeadLetter> letters) {

  /** Kind of committable. */
  public enum Kind {
    REPORT,
    DEAD_LETTERS
  }

  public static SinkCommittable of(RunReport report) {
    return new SinkCommittable(Kind.REPORT, report, null);
  }

  public static SinkCommittable of(List<DeadLetter> letters) {
    return new SinkCommittable(Kind.DEAD_LETTERS, null, List.copyOf(letters));
  }
}
