package io.chromasync.chroma;

import io.chromasync.chroma.ChromaSettings.Limits;
import io.chromasync.model.Batch;
import io.chromasync.model.DeadLetter;
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
 * Writes batches, in order within each lane, as {@link Delivery} sends them.
 *
 * <p>A write waits, working off mails, while more waits for Chroma than {@link Backlog} allows; a
 * flush until nothing does.
 *
 * <p>A report is handed on when Chroma has all that was written, and so all that came before it in
 * its lane; so are the dead letters of what it did not take. Flink asks for them at every barrier
 * and at the end of the input, after a flush ({@code SinkWriterOperator}).
 *
 * <p>Its state is the marks of a {@link WriteGuard}, which Flink asks for after that.
 */
final class ChromaWriter
    implements CommittingSinkWriter<Batch, Notice>, StatefulSinkWriter<Batch, Mark> {

  private final Limits limits;
  private final MailboxExecutor mailbox;
  private final SinkMetrics metrics;
  private final Rejections rejections;
  private final CloudBatches cloud;
  private final Delivery delivery;
  private final WriteGuard guard;
  private boolean wrote;
  private final List<RunReport> reports = new ArrayList<>();

  ChromaWriter(
      Destination destination,
      Retries retries,
      WriterInitContext context,
      Function<SinkMetrics, WriteGuard> guard) {
    this.limits = destination.settings().limits();
    this.mailbox = context.getMailboxExecutor();
    this.metrics =
        new SinkMetrics(
            context.metricGroup(), context.getProcessingTimeService()::getCurrentProcessingTime);
    this.rejections = new Rejections(destination.settings(), metrics);
    this.cloud = new CloudBatches(metrics, rejections);
    this.delivery = new Delivery(destination, retries, context, metrics, rejections);
    this.guard = guard.apply(metrics);
  }

  @Override
  public void write(Batch batch, Context context) throws ChromaFailure, InterruptedException {
    guard.awaitStart();
    wrote = true;
    delivery.add(batch.lane(), Group.of(fit(batch)));
    reports.addAll(batch.reports());
    while (delivery.backlog().isFull()) {
      mailbox.yield();
    }
  }

  @Override
  public void flush(boolean endOfInput) throws InterruptedException {
    while (!delivery.backlog().isEmpty()) {
      mailbox.yield();
    }
  }

  /**
   * The notices since the last call; waits until everything written is acknowledged, and marked.
   */
  @Override
  public Collection<Notice> prepareCommit() throws InterruptedException {
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
    guard.close();
    delivery.close();
  }

  private Batch fit(Batch batch) {
    return switch (limits) {
      case SERVER -> batch;
      case CLOUD -> cloud.fit(batch);
    };
  }
}
