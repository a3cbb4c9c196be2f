package io.chromasync.snapshot;

import java.time.Duration;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * Something the reading thread waits for: a segment's pause ends, a page or a refusal arrives, or
 * Flink wants the thread back.
 *
 * @param dueNanos on the scale of {@link System#nanoTime}
 * @param segment null for {@link #wakeUp}
 * @param page null unless one has come
 * @param refusal null unless it was refused
 */
record Signal(long dueNanos, SegmentCursor segment, TablePage page, Refusal refusal)
    implements Delayed {

  static Signal wakeUp() {
    return wakeUpAfter(Duration.ZERO);
  }

  static Signal wakeUpAfter(Duration pause) {
    return after(pause, null);
  }

  static Signal after(Duration pause, SegmentCursor segment) {
    return new Signal(System.nanoTime() + pause.toNanos(), segment, null, null);
  }

  static Signal answered(SegmentCursor segment, TablePage page, Throwable error) {
    Refusal refusal = error == null ? null : Refusal.of(error);
    return new Signal(System.nanoTime(), segment, page, refusal);
  }

  @Override
  public long getDelay(TimeUnit unit) {
    return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  @Override
  public int compareTo(Delayed other) {
    return Long.signum(dueNanos - ((Signal) other).dueNanos);
  }
}
