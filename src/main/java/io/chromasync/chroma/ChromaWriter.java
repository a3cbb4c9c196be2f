package io.chromasync.chroma;

import io.chromasync.model.Batch;
import io.chromasync.model.RunReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the requests of every lane one after the other, and of several lanes at once.
 *
 * <p>Everything here runs in the task's thread: answers and timers come as mails, so there are no
 * locks, and a failure thrown here fails the task. A write waits, working off mails, while more is
 * pending than the limits allow; a flush until nothing is.
 *
 * <p>A request without an answer at its deadline is given up: its connection is closed. It may
 * nevertheless be applied, even after the attempt that follows it.
 *
 * <p>A report is handed on when Chroma has all that was written, and so all that came before it in
 * its lane. Flink asks for reports at every barrier and at the end of the input, after a flush
 * ({@code SinkWriterOperator}).
 */
final class ChromaWriter implements CommittingSinkWriter<Batch, RunReport> {

  /** More at once gains a server little, and Chroma Cloud takes 10 of one collection. */
  static final int MAX_IN_FLIGHT = 4;

  /** A second or so of work, which is what a checkpoint then waits for. */
  static final int MAX_PENDING_REQUESTS = 32;

  static final long MAX_PENDING_BYTES = 64L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(ChromaWriter.class);

  private final Destination destination;
  private final Retries retries;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final SinkMetrics metrics;
  private final CloudBatches cloud;

  private final Map<String, Lane> lanes = new HashMap<>();
  private final Queue<Lane> ready = new ArrayDeque<>();
  private final List<RunReport> reports = new ArrayList<>();
  private int inFlight;
  private int pendingRequests;
  private long pendingBytes;
  private boolean closed;

  ChromaWriter(Destination destination, Retries retries, WriterInitContext context) {
    this.destination = destination;
    this.retries = retries;
    this.mailbox = context.getMailboxExecutor();
    this.time = context.getProcessingTimeService();
    this.metrics = new SinkMetrics(context.metricGroup());
    this.cloud = new CloudBatches(metrics);
  }

  @Override
  public void write(Batch batch, Context context) throws InterruptedException {
    Lane lane = lanes.computeIfAbsent(batch.lane(), Lane::new);
    for (WriteRequest request : destination.requests(fit(batch))) {
      lane.requests.add(request);
      pendingRequests++;
      pendingBytes += request.body().length;
    }
    reports.addAll(batch.reports());
    if (!lane.busy) {
      queue(lane);
    }
    while (pendingRequests > MAX_PENDING_REQUESTS || pendingBytes > MAX_PENDING_BYTES) {
      mailbox.yield();
    }
  }

  @Override
  public void flush(boolean endOfInput) throws InterruptedException {
    while (pendingRequests > 0) {
      mailbox.yield();
    }
  }

  /** The reports since the last call; waits until everything written is acknowledged. */
  @Override
  public Collection<RunReport> prepareCommit() throws InterruptedException {
    flush(false);
    List<RunReport> told = List.copyOf(reports);
    reports.clear();
    metrics.told(told.size());
    return told;
  }

  /** Gives up what is under way and sends nothing more. */
  @Override
  public void close() {
    closed = true;
    lanes.values().forEach(Lane::giveUp);
  }

  private Batch fit(Batch batch) {
    return switch (destination.settings().limits()) {
      case SERVER -> batch;
      case CLOUD -> cloud.fit(batch);
    };
  }

  /** Lets a lane have its turn if it has a request. */
  private void queue(Lane lane) {
    lane.busy = !lane.requests.isEmpty();
    if (lane.busy) {
      ready.add(lane);
      sendReady();
    }
  }

  private void sendReady() {
    while (!closed && inFlight < MAX_IN_FLIGHT && !ready.isEmpty()) {
      send(ready.remove());
    }
  }

  // The callback can only fail on a mailbox that is closed, when nobody waits any more.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void send(Lane lane) {
    long now = time.getCurrentProcessingTime();
    CompletableFuture<Answer> answer = destination.send(lane.requests.element());
    metrics.sent(++inFlight);
    lane.attempt(now, answer);
    long deadline = now + destination.settings().requestTimeout().toMillis();
    ScheduledFuture<?> timeout = time.registerTimer(deadline, at -> answer.cancel(true));
    answer.whenComplete(
        (got, failure) ->
            mailbox.execute(
                () -> {
                  timeout.cancel(false);
                  answered(lane, now, failure == null ? Outcome.of(got) : Outcome.of(failure));
                },
                "answer of Chroma"));
  }

  private void answered(Lane lane, long sentAt, Outcome outcome) throws ChromaFailure {
    metrics.answered(--inFlight);
    if (!closed) {
      act(lane, sentAt, outcome);
    }
  }

  private void act(Lane lane, long sentAt, Outcome outcome) throws ChromaFailure {
    if (outcome instanceof Outcome.Retry retry) {
      retry(lane, retry);
    } else if (outcome instanceof Outcome.Refused refused) {
      throw failure(lane, "refused: " + refused.reason());
    } else {
      advance(lane, sentAt);
    }
    sendReady();
  }

  private void advance(Lane lane, long sentAt) {
    WriteRequest written = lane.requests.element();
    metrics.written(written, sentAt, time.getCurrentProcessingTime());
    pendingRequests--;
    pendingBytes -= written.body().length;
    lane.advance();
    queue(lane);
  }

  // A timer's failure fails the task; its future is only good for cancelling.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void retry(Lane lane, Outcome.Retry retry) throws ChromaFailure {
    long now = time.getCurrentProcessingTime();
    Duration elapsed = Duration.ofMillis(now - lane.firstAttemptAt);
    Duration delay = retries.delay(lane.attempts, retry.atLeast());
    if (!retries.allows(elapsed, delay)) {
      throw failure(
          lane,
          "not taken in %d attempts over %s, and another after %s would exceed %s"
                  .formatted(lane.attempts, elapsed, delay, retries.budget())
              + " ('chroma.retry-budget'); last: "
              + retry.reason());
    }
    metrics.retried();
    LOG.warn(
        "Chroma did not take a request; it is sent again. lane={} request={} attempt={} delay={}"
            + " reason={}",
        lane.name,
        destination.describe(lane.requests.element()),
        lane.attempts,
        delay,
        retry.reason());
    time.registerTimer(now + delay.toMillis(), at -> queue(lane));
  }

  private ChromaFailure failure(Lane lane, String what) {
    metrics.failed();
    return new ChromaFailure(
        "Chroma at %s: %s was %s"
            .formatted(
                destination.settings().url(), destination.describe(lane.requests.element()), what));
  }
}
