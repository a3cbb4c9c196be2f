package io.chromasync.fetching;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * What a fetching thread waits for while it reads from many places at once: an answer arrives, a
 * pause ends, or Flink wants the thread back.
 *
 * <p>{@link #next} is called by the fetching thread, everything else by any.
 *
 * @param <CursorT> a place that is read from
 * @param <AnswerT> what it answers
 */
public final class Signals<CursorT, AnswerT> {

  private final DelayQueue<Signal<CursorT, AnswerT>> queue = new DelayQueue<>();

  /**
   * One of them.
   *
   * @param dueNanos on the scale of {@link System#nanoTime}
   * @param cursor null for a wake-up
   * @param answer null if a pause ended
   */
  public record Signal<CursorT, AnswerT>(long dueNanos, CursorT cursor, AnswerT answer)
      implements Delayed {

    /** Whether it is of no place: the thread is wanted back. */
    public boolean isWakeUp() {
      return cursor == null;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.signum(dueNanos - ((Signal<?, ?>) other).dueNanos);
    }
  }

  public void wakeUp() {
    wakeUpAfter(Duration.ZERO);
  }

  public void wakeUpAfter(Duration pause) {
    pause(pause, null);
  }

  public void answered(CursorT cursor, AnswerT answer) {
    queue.add(new Signal<>(System.nanoTime(), cursor, answer));
  }

  /** Signals the place again when the pause is over. */
  public void pause(Duration pause, CursorT cursor) {
    queue.add(new Signal<>(System.nanoTime() + pause.toNanos(), cursor, null));
  }

  /**
   * Waits for the next one.
   *
   * @throws IOException if the thread is interrupted, which stays noted
   */
  public Signal<CursorT, AnswerT> next() throws IOException {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Reading was interrupted", e);
    }
  }
}
