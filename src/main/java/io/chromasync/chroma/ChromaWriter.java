package io.chromasync.chroma;

import io.chromasync.chroma.client.ChromaFailure;
import io.chromasync.chroma.delivery.Delivery;
import io.chromasync.chroma.delivery.Rejections;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.chroma.window.WriteQueue;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.Mutation;
import io.chromasync.model.RunReport;
import io.chromasync.model.SinkCommittable;
import io.chromasync.model.SinkInput;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Writes mutations to Chroma: a {@link WriteQueue} coalesces and orders them, {@link Delivery}
 * sends them.
 *
 * <p>{@link #write} applies backpressure while {@link Delivery} is full, and processes mailbox
 * mails meanwhile. {@link #flush} waits until nothing is pending or in flight.
 *
 * <p>Run reports and dead letters become committables of the checkpoint that follows them. By then
 * the flush has completed, so Chroma has all earlier mutations. Flink calls {@link #prepareCommit}
 * after a flush, at every barrier and at the end of the input ({@code SinkWriterOperator}).
 *
 * <p>The writer's state is the marks of its {@link WriteGuard}; Flink snapshots it after that call.
 */
final class ChromaWriter
    implements CommittingSinkWriter<SinkInput, SinkCommittable>,
        StatefulSinkWriter<SinkInput, Mark> {

  /** Creates the queue of a writer. */
  interface Queues {
    WriteQueue queue(WriteQueue.Fit fit);
  }

  private final MailboxExecutor mailbox;
  private final SinkMetrics metrics;
  private final Rejections rejections;
  private final WriteQueue queue;
  private final Delivery delivery;
  private final WriteGuard guard;
  private boolean wrote;
  private final List<RunReport> reports = new ArrayList<>();

  /** Creates the guard of a writer. */
  interface Guards {

    /**
     * Creates the guard.
     *
     * @param freshUpTo instant as in {@link WriteQueue#freshUpTo}
     */
    WriteGuard guard(SinkMetrics metrics, ToLongFunction<CollectionName> freshUpTo);
  }

  ChromaWriter(
      ChromaTarget destination,
      WindowSettings window,
      RandomGenerator random,
      WriterInitContext context,
      Guards guard) {
    this(destination, fit -> new WriteQueue(window, fit), random, context, guard);
  }

  ChromaWriter(
      ChromaTarget destination,
      Queues queues,
      RandomGenerator random,
      WriterInitContext context,
      Guards guards) {
    this.mailbox = context.getMailboxExecutor();
    this.metrics =
        new SinkMetrics(
            context.metricGroup(),
            destination.profile().collections().keySet(),
            context.getProcessingTimeService()::getCurrentProcessingTime);
    this.rejections = new Rejections(destination.settings(), metrics);
    this.queue = queues.queue(fit(destination.settings()));
    this.delivery = new Delivery(queue, destination, random, context, metrics, rejections);
    this.guard = guards.guard(metrics, queue::freshUpTo);
  }

  @Override
  public void write(SinkInput input, Context context) throws ChromaFailure, InterruptedException {
    guard.awaitStart();
    wrote = true;
    switch (input.kind()) {
      case MUTATION -> deliver(input.mutation());
      case REPORT -> reports.add(input.report());
      case REWRITTEN -> guard.rewritten(input.rollback());
    }
  }

  private void deliver(Mutation mutation) throws ChromaFailure, InterruptedException {
    delivery.add(mutation);
    while (delivery.isFull()) {
      mailbox.yield();
    }
  }

  @Override
  public void flush(boolean endOfInput) throws ChromaFailure, InterruptedException {
    delivery.flush();
  }

  /**
   * Returns the committables since the last call. Waits until everything written is acknowledged
   * and the mark is advanced.
   */
  @Override
  public Collection<SinkCommittable> prepareCommit() throws ChromaFailure, InterruptedException {
    flush(false);
    guard.flushed(wrote);
    wrote = false;
    List<SinkCommittable> committables = new ArrayList<>();
    reports.forEach(report -> committables.add(SinkCommittable.of(rejections.settled(report))));
    metrics.reported(reports.size());
    reports.clear();
    List<DeadLetter> letters = rejections.letters();
    if (!letters.isEmpty()) {
      committables.add(SinkCommittable.of(letters));
    }
    return committables;
  }

  @Override
  public void writeWatermark(Watermark watermark) {
    queue.watermark(watermark.getTimestamp());
    guard.watermark(watermark.getTimestamp());
  }

  @Override
  public List<Mark> snapshotState(long checkpointId) {
    return guard.state();
  }

  /** Cancels the requests in flight and sends nothing more. */
  @Override
  public void close() {
    try {
      guard.close();
    } finally {
      delivery.close();
    }
  }

  private WriteQueue.Fit fit(ChromaSettings settings) {
    return switch (settings.limits()) {
      case SERVER -> List::of;
      case CLOUD -> new CloudFit(metrics, rejections);
    };
  }
}
