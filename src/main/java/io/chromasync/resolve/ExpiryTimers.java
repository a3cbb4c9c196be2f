package io.chromasync.resolve;

import io.chromasync.resolve.rules.Expiry;
import io.chromasync.resolve.rules.Expiry.Expired;
import io.chromasync.resolve.rules.VectorExpiry;
import io.chromasync.resolve.rules.WorkingSet;
import java.time.Duration;
import java.util.function.LongUnaryOperator;
import org.apache.flink.streaming.api.TimerService;

/**
 * Event-time timers at which the state of a partition expires. Every partition in state has a
 * timer, once per retention: the end of a snapshot may delete a partition, but cannot register a
 * timer.
 */
final class ExpiryTimers {

  private final RetentionPolicy retention;
  private final ResolveMetrics metrics;

  ExpiryTimers(RetentionPolicy retention, ResolveMetrics metrics) {
    this.retention = retention;
    this.metrics = metrics;
  }

  Duration tombstoneRetention() {
    return retention.settings().tombstoneRetention();
  }

  /** Returns the event time, in microseconds, before which a change may be too late. */
  long oldest(TimerService timers) {
    return retention.oldest(timers.currentWatermark());
  }

  /** Registers the timer of a deletion at this event time, in microseconds. */
  void deletion(long micros, TimerService timers) {
    timers.registerEventTimeTimer(retention.due(micros));
  }

  /** Registers the timer of a vector of a run at this event time, in microseconds. */
  void vector(long micros, TimerService timers) {
    timers.registerEventTimeTimer(retention.drop(micros));
  }

  /** Registers the next review of a partition; there is none after the end of the input. */
  void review(String partition, TimerService timers) {
    long watermark = timers.currentWatermark();
    if (watermark < Long.MAX_VALUE) {
      timers.registerEventTimeTimer(retention.review(partition, watermark));
    }
  }

  /** Expires what is due when a timer fires, and registers timers for the rest. */
  void expire(long timestamp, WorkingSet memory, TimerService timers) {
    long oldest = retention.removedBefore(timestamp);
    if (retention.isForRemovals(timestamp)) {
      Expired expired = Expiry.expire(memory, oldest);
      metrics.facts(memory.save());
      metrics.expired(expired.tombstones());
      remind(expired.next(), retention::due, timers);
    }
    VectorExpiry.Left left =
        new VectorExpiry(retention.shownSince(timestamp), oldest).expire(memory);
    remind(left.shown(), retention::drop, timers);
    remind(left.hidden(), retention::due, timers);
  }

  /**
   * Registers a timer again. The earlier timer may be missing: the retention may have been shorter
   * when it was registered.
   */
  private static void remind(Long micros, LongUnaryOperator when, TimerService timers) {
    if (micros != null) {
      timers.registerEventTimeTimer(when.applyAsLong(micros));
    }
  }
}
