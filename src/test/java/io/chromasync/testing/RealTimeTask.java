package io.chromasync.testing;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.util.WrappingRuntimeException;
import org.apache.flink.util.function.ThrowingRunnable;

/** A task's mailbox in the thread of whoever calls it, and the system's clock. */
public final class RealTimeTask extends SinkTask implements AutoCloseable {

  private final BlockingQueue<ThrowingRunnable<? extends Exception>> mails =
      new LinkedBlockingQueue<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  @Override
  public void yield() throws InterruptedException {
    run(mails.take());
  }

  @Override
  public boolean tryYield() {
    ThrowingRunnable<? extends Exception> mail = mails.poll();
    if (mail != null) {
      run(mail);
    }
    return mail != null;
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
    return System.currentTimeMillis();
  }

  @Override
  public ScheduledFuture<?> registerTimer(long at, ProcessingTimeCallback callback) {
    return clock.schedule(
        () -> mails.add(() -> callback.onProcessingTime(at)),
        at - System.currentTimeMillis(),
        TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  private static void run(ThrowingRunnable<? extends Exception> mail) {
    try {
      mail.run();
    } catch (Exception e) {
      throw WrappingRuntimeException.wrapIfNecessary(e);
    }
  }
}
