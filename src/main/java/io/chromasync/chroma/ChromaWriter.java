package io.chromasync.chroma;

import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.chroma.window.WriteQueue;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.Notice;
import io.chromasync.model.RunReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Writes mutations to Chroma: a {@link WriteQueue} coalesces and orders them, {@link Delivery}
 * sends them.
 *
 * <p>A write applies backpressure, working off mails, while {@link Delivery} is full; a flush waits
 * until nothing is pending or under way.
 *
 * <p>A report is handed on with the commit of the checkpoint that follows it, after the flush, when
 * Chroma has all that came before it; so are the dead letters of what it did not take. Flink asks
 * for them at every barrier and at the end of the input, after a flush ({@code
 * SinkWriterOperator}).
 *
 * <p>Its state is the marks of a {@link WriteGuard}, which Flink asks for after that.
 */
final class ChromaWriter
    implements CommittingSinkWriter<Mutation, Notice>, StatefulSinkWriter<Mutation, Mark> {

  /** Makes the queue of a writer. */
  interface Queues {
    WriteQueue queue(WriteQueue.Fit fit);
  }

  private final MailboxExecutor mailbox;
  private final SinkMetrics metrics;
  private final Rejections rejections;
  private final Delivery delivery;
  private final WriteGuard guard;
  private boolean wrote;
  private final List<RunReport> reports = new ArrayList<>();

  ChromaWriter(
      Destination destination,
      WindowSettings window,
      Retries retries,
      WriterInitContext context,
      Function<SinkMetrics, WriteGuard> guard) {
    this(destination, fit -> new WriteQueue(window, fit), retries, context, guard);
  }

  ChromaWriter(
      Destination destination,
      Queues queues,
      Retries retries,
      WriterInitContext context,
      Function<SinkMetrics, WriteGuard> guard) {
    this.mailbox = context.getMailboxExecutor();
    this.metrics =
        new SinkMetrics(
            context.metricGroup(), context.getProcessingTimeService()::getCurrentProcessingTime);
    this.rejections = new Rejections(destination.settings(), metrics);
    this.delivery =
        new Delivery(
            queues.queue(fit(destination.settings())),
            destination,
            retries,
            context,
            metrics,
            rejections);
    this.guard = guard.apply(metrics);
  }

  @Override
  public void write(Mutation mutation, Context context) throws ChromaFailure, InterruptedException {
    guard.awaitStart();
    wrote = true;
    if (mutation.verb() == Verb.REPORT) {
      reports.add(mutation.report());
      return;
    }
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
   * The notices since the last call; waits until everything written is acknowledged, and marked.
   */
  @Override
  public Collection<Notice> prepareCommit() throws ChromaFailure, InterruptedException {
    flush(false);
    guard.flushed(wrote);
    wrote = false;
    List<Notice> notices = new ArrayList<>();
    reports.forEach(report -> notices.add(Notice.of(rejections.settled(report))));
    metrics.told(reports.size());
    reports.clear();
    List<DeadLetter> letters = rejections.letters();
    if (!letters.isEmpty()) {
      notices.add(Notice.of(letters));
    }
    return notices;
  }

  @Override
  public void writeWatermark(Watermark watermark) {
    guard.watermark(watermark.getTimestamp());
  }

  @Override
  public List<Mark> snapshotState(long checkpointId) {
    return guard.state();
  }

  /** Gives up what is under way and sends nothing more. */
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
