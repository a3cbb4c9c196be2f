package io.chromasync.runtime;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * Delay queue from which a fetcher thread takes responses of asynchronous calls, ends of pauses and
 * wake-ups by Flink, for many shards or scan segments at once.
 *
 * <p>The fetcher thread calls {@link #next}; any thread calls the remaining methods.
 *
 * @param <CursorT> cursor: a position that is read from
 * @param <AnswerT> response to a call for a cursor
 */
public final class Signals<CursorT, AnswerT> {

  private final DelayQueue<Signal<CursorT, AnswerT>> queue = new DelayQueue<>();

  /**
   * Signal in the queue.
   *
   * @param dueNanos due time, on the scale of {@link System#nanoTime}
   * @param cursor cursor of the signal; null for a wake-up
   * @param answer response; null at the end of a pause
   */
  public record Signal<CursorT, AnswerT>(long dueNanos, CursorT cursor, AnswerT answer)
      implements Delayed {

    /** Returns whether this is a wake-up, which has no cursor. */
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

  /** Signals a wake-up that is due at once. */
  public void wakeUp() {
    wakeUpAfter(Duration.ZERO);
  }

  /** Signals a wake-up when the pause is over. */
  public void wakeUpAfter(Duration pause) {
    pause(pause, null);
  }

  /**
   * Signals at once that the call for a cursor has a response.
   *
   * @param answer response; must not be null
   */
  public void answered(CursorT cursor, AnswerT answer) {
    queue.add(new Signal<>(System.nanoTime(), cursor, answer));
  }

  /** Signals the cursor when the pause is over. */
  public void pause(Duration pause, CursorT cursor) {
    queue.add(new Signal<>(System.nanoTime() + pause.toNanos(), cursor, null));
  }

  /**
   * Waits for the next signal.
   *
   * @throws IOException if the thread is interrupted; its interrupt flag stays set
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
