package io.chromasync.source.lineage;

import java.time.Instant;

/**
 * Time missing by now: the total of the skipped gaps, and the time since the end of the stream.
 *
 * <p>Written by one thread and read by any.
 */
public final class GapGauge {

  /** Both values in one object, so that a reader never sees an inconsistent pair. */
  private record Reading(GapTotal missing, Instant overSince) {}

  private volatile Reading reading;

  /**
   * Creates the gauge of a stream that has not ended.
   *
   * @param missing total of the gaps skipped so far
   */
  public GapGauge(GapTotal missing) {
    this.reading = new Reading(missing, null);
  }

  /** Sets the total of the skipped gaps. */
  public void missing(GapTotal missing) {
    reading = new Reading(missing, reading.overSince());
  }

  /** Marks the stream as ended: from this instant on, all time is missing. */
  public void over(Instant since) {
    reading = new Reading(reading.missing(), since);
  }

  /** Marks the stream as not ended. */
  public void resumed() {
    reading = new Reading(reading.missing(), null);
  }

  /** Returns whether the stream is marked as ended. */
  public boolean isOver() {
    return reading.overSince() != null;
  }

  /** Returns the time missing up to this instant, in milliseconds. */
  public long millis(Instant now) {
    Reading latest = reading;
    return latest.overSince() == null
        ? latest.missing().millis()
        : latest.missing().and(latest.overSince().toEpochMilli(), now.toEpochMilli()).millis();
  }
}
