package io.chromasync.resolve;

import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How far back resolve remembers, in event time: what is older than the watermark by a retention is
 * forgotten, and timers say when. Microseconds are those of versions, milliseconds Flink's.
 */
record Horizon(ResolveSettings settings) implements Serializable {

  /** Timers fire on the hour, so that the removals of an hour share one. */
  private static final long TIMER_GRAIN = Duration.ofHours(1).toMillis();

  /** Those of vectors fire on the minute: vectors are large. */
  private static final long VECTOR_TIMER_GRAIN = Duration.ofMinutes(1).toMillis();

  /** The event time, in microseconds, before which a change of an unknown entity is too late. */
  long oldest(long watermark) {
    boolean never =
        settings.tooLate() == ResolveSettings.TooLate.APPLY || watermark == Long.MIN_VALUE;
    return never ? Long.MIN_VALUE : removedBefore(watermark);
  }

  /** Removals before this, in microseconds, are forgotten at a time in milliseconds. */
  long removedBefore(long time) {
    return TimeUnit.MILLISECONDS.toMicros(time - settings.tombstoneRetention().toMillis());
  }

  /** Shown vectors of runs before this, in microseconds, are dropped at a time in milliseconds. */
  long shownSince(long time) {
    return TimeUnit.MILLISECONDS.toMicros(time - settings.vectorRetention().toMillis());
  }

  /** Whether a timer that fires at this time is one for removals. */
  boolean isForRemovals(long time) {
    return time % TIMER_GRAIN == 0;
  }

  /** The first full hour, in milliseconds, by which a removal is older than the retention. */
  long due(long removedMicros) {
    return onThe(
        TIMER_GRAIN,
        TimeUnit.MICROSECONDS.toMillis(removedMicros) + settings.tombstoneRetention().toMillis());
  }

  /** The first full minute, in milliseconds, by which a run is older than the vector retention. */
  long drop(long runMicros) {
    return onThe(
        VECTOR_TIMER_GRAIN,
        TimeUnit.MICROSECONDS.toMillis(runMicros) + settings.vectorRetention().toMillis());
  }

  /**
   * When an image is looked at next, in milliseconds: once in each retention, on an hour of its
   * own, so that not all images are looked at together.
   */
  long review(String image, long watermark) {
    long hours = settings.tombstoneRetention().toMillis() / TIMER_GRAIN + 1;
    long own = Math.floorMod(image.hashCode(), hours) * TIMER_GRAIN;
    long now = Math.max(0, watermark);
    long period = hours * TIMER_GRAIN;
    return (Math.floorDiv(now - own, period) + 1) * period + own;
  }

  private static long onThe(long grain, long millis) {
    return (millis / grain + 1) * grain;
  }
}
