package io.chromasync.chroma;

import io.chromasync.testing.SinkTask;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.util.function.ThrowingRunnable;

/** One of several tasks of a sink, which share the mailbox and the clock of one simulation. */
final class SimulatedSubtask extends SinkTask {

  private final SimulatedTask all;

  SimulatedSubtask(SimulatedTask all, int index, int tasks) {
    super(index, tasks);
    this.all = all;
  }

  @Override
  public void yield() throws InterruptedException {
    all.yield();
  }

  @Override
  public boolean tryYield() {
    return all.tryYield();
  }

  @Override
  public void execute(
      MailOptions options,
      ThrowingRunnable<? extends Exception> mail,
      String description,
      Object... arguments) {
    all.execute(options, mail, description, arguments);
  }

  @Override
  public long getCurrentProcessingTime() {
    return all.getCurrentProcessingTime();
  }

  @Override
  public ScheduledFuture<?> registerTimer(long at, ProcessingTimeCallback callback) {
    return all.registerTimer(at, callback);
  }
}
