package io.chromasync.model;

import java.util.List;

/**
 * Committable of the sink, published once a checkpoint covers it: the result of a run, or the
 * changes that Chroma rejected.
 *
 * @param report null if it contains dead letters
 * @param letters dead letters in order of arrival; null if it contains a report
 */
public record SinkCommittable(RunReport report, List<DeadLetter> letters) {

  public static SinkCommittable of(RunReport report) {
    return new SinkCommittable(report, null);
  }

  public static SinkCommittable of(List<DeadLetter> letters) {
    return new SinkCommittable(null, List.copyOf(letters));
  }
}
