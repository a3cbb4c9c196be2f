package io.chromasync.source.lineage;

/**
 * Total duration of the gaps that were skipped since the job's state began. Overlapping time counts
 * once, because gaps are found in the order of their ends.
 *
 * @param millis total duration, in milliseconds
 * @param untilMillis end of the latest gap, in milliseconds since the epoch; 0 if there was no gap
 */
public record GapTotal(long millis, long untilMillis) {

  /** Total before the first gap. */
  public static final GapTotal NONE = new GapTotal(0, 0);

  GapTotal and(long fromMillis, long toMillis) {
    long more = Math.max(0, toMillis - Math.max(fromMillis, untilMillis));
    return new GapTotal(millis + more, Math.max(untilMillis, toMillis));
  }
}
