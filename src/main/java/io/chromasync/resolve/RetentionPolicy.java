package io.chromasync.resolve;

import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Retention of state in event time: state older than the watermark by a retention expires, by
 * timers. Versions are in microseconds, Flink's timers in milliseconds.
 */
record RetentionPolicy(ResolveSettings settings) implements Serializable {

  /** Timers fire on the hour, so that the removals of an hour share a timer. */
  private static final long TIMER_GRAIN = Duration.ofHours(1).toMillis();

  /** Timers of vectors fire on the minute, because vectors are large. */
  private static final long VECTOR_TIMER_GRAIN = Duration.ofMinutes(1).toMillis();

  /** Event time, in microseconds, before which a change of an unknown entity is too late. */
  long oldest(long watermark) {
    boolean never =
        settings.tooLate() == ResolveSettings.TooLate.APPLY || watermark == Long.MIN_VALUE;
    return never ? Long.MIN_VALUE : removedBefore(watermark);
  }

  /** Event time, in microseconds, before which removals expire at a time in milliseconds. */
  long removedBefore(long time) {
    return TimeUnit.MILLISECONDS.toMicros(time - settings.tombstoneRetention().toMillis());
  }

  /**
   * Event time, in microseconds, before which shown vectors of runs are dropped at a time in
   * milliseconds.
   */
  long shownSince(long time) {
    return TimeUnit.MILLISECONDS.toMicros(time - settings.vectorRetention().toMillis());
  }

  /** Returns true if a timer that fires at this time is for removals. */
  boolean isForRemovals(long time) {
    return time % TIMER_GRAIN == 0;
  }

  /** First full hour, in milliseconds, at which a removal is older than the retention. */
  long due(long removedMicros) {
    return onThe(
        TIMER_GRAIN,
        TimeUnit.MICROSECONDS.toMillis(removedMicros) + settings.tombstoneRetention().toMillis());
  }

  /** First full minute, in milliseconds, at which a run is older than the vector retention. */
  long drop(long runMicros) {
    return onThe(
        VECTOR_TIMER_GRAIN,
        TimeUnit.MICROSECONDS.toMillis(runMicros) + settings.vectorRetention().toMillis());
  }

  /**
   * Time of a partition's next review, in milliseconds: once per retention, at an hour derived from
   * its id, so that reviews are spread out.
   */
  long review(String partition, long watermark) {
    long hours = settings.tombstoneRetention().toMillis() / TIMER_GRAIN + 1;
    long own = Math.floorMod(partition.hashCode(), hours) * TIMER_GRAIN;
    long now = Math.max(0, watermark);
    long period = hours * TIMER_GRAIN;
    return (Math.floorDiv(now - own, period) + 1) * period + own;
  }

  private static long onThe(long grain, long millis) {
    return (millis / grain + 1) * grain;
  }
}
