package io.chromasync.chroma;

import io.chromasync.testing.SinkTask;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.util.WrappingRuntimeException;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * A task's mailbox and clock in the test's own thread: whoever waits for a mail while there is none
 * makes time jump to the next timer. So a test of minutes takes none, and gives the same every
 * time.
 */
final class SimulatedTask extends SinkTask {

  /** When every simulation begins, in milliseconds since the epoch. */
  static final long START = 10_000;

  private final Queue<ThrowingRunnable<? extends Exception>> mails = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.<Timer>comparingLong(t -> t.at).thenComparing(t -> t.number));
  private long now = START;
  private int timersRegistered;

  /** Works off everything that is due and everything that time brings, until nothing is left. */
  void runAll() throws InterruptedException {
    while (!mails.isEmpty() || hasTimer()) {
      this.yield();
    }
  }

  /** Works off everything that is due until then. */
  void runUntil(long millis) throws InterruptedException {
    while (!mails.isEmpty() || (hasTimer() && timers.peek().at <= millis)) {
      this.yield();
    }
  }

  boolean isIdle() {
    return mails.isEmpty() && !hasTimer();
  }

  @Override
  public void yield() throws InterruptedException {
    try {
      if (!mails.isEmpty()) {
        mails.remove().run();
      } else if (hasTimer()) {
        Timer timer = timers.remove();
        now = Math.max(now, timer.at);
        timer.done = true;
        timer.callback.onProcessingTime(timer.at);
      } else {
        throw new IllegalStateException("waits for a mail that nobody will send");
      }
    } catch (Exception e) {
      throw WrappingRuntimeException.wrapIfNecessary(e);
    }
  }

  @Override
  public boolean tryYield() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void execute(
      MailOptions options,
      ThrowingRunnable<? extends Exception> mail,
      String description,
      Object... arguments) {
    mails.add(mail);
  }

  @Override
  public long getCurrentProcessingTime() {
    return now;
  }

  @Override
  public ScheduledFuture<?> registerTimer(long at, ProcessingTimeCallback callback) {
    Timer timer = new Timer(at, timersRegistered++, callback);
    timers.add(timer);
    return timer;
  }

  private boolean hasTimer() {
    while (!timers.isEmpty() && timers.peek().done) {
      timers.remove();
    }
    return !timers.isEmpty();
  }

  /** Ends as cancelled, or when it fired. */
  private static final class Timer extends CompletableFuture<Void>
      implements ScheduledFuture<Void> {

    private final long at;
    private final int number;
    private final ProcessingTimeCallback callback;
    private boolean done;

    private Timer(long at, int number, ProcessingTimeCallback callback) {
      this.at = at;
      this.number = number;
      this.callback = callback;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      done = true;
      return super.cancel(mayInterrupt);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Delayed other) {
      throw new UnsupportedOperationException();
    }
  }
}
