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
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
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
 */
final class ChromaWriter implements CommittingSinkWriter<Mutation, Notice> {

  /** Makes the queue of a writer. */
  interface Queues {
    WriteQueue queue(WriteQueue.Fit fit);
  }

  private final MailboxExecutor mailbox;
  private final SinkMetrics metrics;
  private final Rejections rejections;
  private final Delivery delivery;
  private final List<RunReport> reports = new ArrayList<>();

  ChromaWriter(
      Destination destination, WindowSettings window, Retries retries, WriterInitContext context) {
    this(destination, fit -> new WriteQueue(window, fit), retries, context);
  }

  ChromaWriter(Destination destination, Queues queues, Retries retries, WriterInitContext context) {
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
  }

  @Override
  public void write(Mutation mutation, Context context) throws ChromaFailure, InterruptedException {
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

  /** The notices since the last call; waits until everything written is acknowledged. */
  @Override
  public Collection<Notice> prepareCommit() throws ChromaFailure, InterruptedException {
    flush(false);
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

  /** Gives up what is under way and sends nothing more. */
  @Override
  public void close() {
    delivery.close();
  }

  private WriteQueue.Fit fit(ChromaSettings settings) {
    return switch (settings.limits()) {
      case SERVER -> List::of;
      case CLOUD -> new CloudFit(metrics, rejections);
    };
  }
}
