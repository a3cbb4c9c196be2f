package io.chromasync.source;

/**
 * How long a time may be missing in all, of the gaps that were skipped since the job's state began.
 * A time that several gaps share counts once: gaps are found in the order of their ends.
 *
 * @param untilMillis the end of the latest gap, in milliseconds since the epoch; 0 if there was
 *     none
 */
record MissingTime(long millis, long untilMillis) {

  static final MissingTime NONE = new MissingTime(0, 0);

  MissingTime and(long fromMillis, long toMillis) {
    long more = Math.max(0, toMillis - Math.max(fromMillis, untilMillis));
    return new MissingTime(millis + more, Math.max(untilMillis, toMillis));
  }
}
