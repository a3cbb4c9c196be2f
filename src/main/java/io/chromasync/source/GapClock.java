package io.chromasync.source;

import java.time.Instant;

/**
 * How long a time is missing by now: of the gaps that were skipped, and since the stream is over.
 *
 * <p>Written by one thread and read by any.
 */
final class GapClock {

  /** One value, so that a reader never sees a half of it. */
  private record Reading(MissingTime missing, Instant overSince) {}

  private volatile Reading reading;

  GapClock(MissingTime missing) {
    this.reading = new Reading(missing, null);
  }

  void missing(MissingTime missing) {
    reading = new Reading(missing, reading.overSince());
  }

  /** The stream is over: from then on, time is missing until now. */
  void over(Instant since) {
    reading = new Reading(reading.missing(), since);
  }

  /** It is not, or not yet. */
  void goesOn() {
    reading = new Reading(reading.missing(), null);
  }

  boolean isOver() {
    return reading.overSince() != null;
  }

  long millis(Instant now) {
    Reading latest = reading;
    return latest.overSince() == null
        ? latest.missing().millis()
        : latest.missing().and(latest.overSince().toEpochMilli(), now.toEpochMilli()).millis();
  }
}
