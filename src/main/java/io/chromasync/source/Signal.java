package io.chromasync.source;

import java.time.Duration;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * Something the reading thread waits for: a shard's pause ends, an answer arrives, or Flink wants
 * the thread back.
 *
 * @param dueNanos on the scale of {@link System#nanoTime}
 * @param shard null for {@link #wakeUp}
 * @param answer null if a pause ended
 */
record Signal(long dueNanos, ShardCursor shard, Answer answer) implements Delayed {

  static Signal wakeUp() {
    return new Signal(System.nanoTime(), null, null);
  }

  static Signal answered(ShardCursor shard, Answer answer) {
    return new Signal(System.nanoTime(), shard, answer);
  }

  static Signal after(Duration pause, ShardCursor shard) {
    return new Signal(System.nanoTime() + pause.toNanos(), shard, null);
  }

  boolean isWakeUp() {
    return shard == null;
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
