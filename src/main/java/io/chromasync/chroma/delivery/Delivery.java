package io.chromasync.chroma.delivery;

import io.chromasync.chroma.ChromaTarget;
import io.chromasync.chroma.SinkMetrics;
import io.chromasync.chroma.client.ChromaFailure;
import io.chromasync.chroma.delivery.Exchanges.Sent;
import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.chroma.window.WriteQueue;
import io.chromasync.model.Mutation;
import io.chromasync.runtime.VectorRoom;
import java.util.random.RandomGenerator;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Sends the groups of a {@link WriteQueue}, with as many requests in flight as increase throughput,
 * and settles them. A request is cut when it is sent, with the current size limit of its collection
 * and verb.
 *
 * <p>Everything runs in the task's thread: responses and timers arrive as mails, so there are no
 * locks. An exception thrown here fails the task.
 *
 * <p>A request without a response at its deadline is given up: its connection is closed. It may
 * still be applied, so its records wait before they are sent again ({@link Rests}). Records also
 * wait if the response does not come from Chroma, or if the connection was lost. After a lost
 * connection, a heartbeat first shows whether the server is unavailable or does not accept the
 * request ({@link ConnectionLoss}). Other records are sent meanwhile.
 *
 * <p>A rejected request is bisected until the mutations at fault are alone; these become dead
 * letters. Halves and retries alternate with new groups ({@link Agenda}).
 */
public final class Delivery {

  private final WriteQueue queue;
  private final ChromaTarget destination;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final SinkMetrics metrics;
  private final Rejections rejections;
  private final RequestSizes sizes;
  private final InFlightLimit limit;
  private final Backlog backlog;
  private final Agenda agenda;
  private final Exchanges exchanges;
  private final Rests rests;
  private final VectorRoom.Writer room;

  private long wakesAt = Long.MAX_VALUE;
  private boolean flushes;
  private boolean closed;

  /**
   * Creates the delivery of a sink task.
   *
   * @param queue pending mutations
   * @param context supplies the mailbox and the clock of the task
   * @param rejections collects the mutations that Chroma rejects
   */
  public Delivery(
      WriteQueue queue,
      ChromaTarget destination,
      RandomGenerator random,
      WriterInitContext context,
      SinkMetrics metrics,
      Rejections rejections) {
    this.queue = queue;
    this.destination = destination;
    this.mailbox = context.getMailboxExecutor();
    this.time = context.getProcessingTimeService();
    this.metrics = metrics;
    this.rejections = rejections;
    this.sizes = new RequestSizes(destination, metrics);
    this.limit = new InFlightLimit(destination.maxInFlight());
    this.backlog = new Backlog(queue, sizes, limit);
    this.agenda = new Agenda(queue, destination.tree(), sizes);
    this.room = VectorRoom.of(context.getJobInfo().getJobId()).enter();
    this.exchanges =
        new Exchanges(
            mailbox, time, destination.settings().requestTimeout(), metrics, this::sendDue);
    this.rests = new Rests(destination, random, time, metrics, this::rested);
  }

  /** Adds a mutation; it is sent after its linger, or when enough is pending. */
  public void add(Mutation mutation) throws ChromaFailure {
    metrics.coalesced(queue.add(mutation, time.getCurrentProcessingTime()));
    sendDue();
  }

  /**
   * Returns true if there are so many unsettled mutations that more would only wait and delay a
   * checkpoint.
   */
  public boolean isFull() {
    return backlog.isFull();
  }

  /** Sends everything pending without linger, and waits until everything is settled. */
  public void flush() throws ChromaFailure, InterruptedException {
    flushes = true;
    try {
      sendDue();
      while (queue.size() > 0) {
        if (closed) {
          throw new IllegalStateException("the writer is closed and has unwritten mutations");
        }
        mailbox.yield();
      }
    } finally {
      flushes = false;
    }
  }

  /** Cancels the requests in flight and sends nothing more. */
  public void close() {
    closed = true;
    room.close();
    exchanges.close();
  }

  private void sendDue() throws ChromaFailure {
    while (!closed && exchanges.hasPlace(limit.limit(), destination.maxInFlight())) {
      Sending next = agenda.next(time.getCurrentProcessingTime(), flushes || backlog.isFull());
      if (next == null) {
        wake();
        break;
      }
      if (next.isNothing()) {
        agenda.advance(next);
      } else {
        send(next);
      }
    }
    room.full(!closed && backlog.isFullOfVectors());
    metrics.waiting(queue.oldestMicros());
  }

  /** Schedules the next send for when the first pending write is due. */
  // A failed timer fails the task, so its future is needed only for cancelling.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void wake() {
    long dueAt = queue.dueAt();
    if (dueAt < wakesAt) {
      wakesAt = dueAt;
      time.registerTimer(
          dueAt,
          at -> {
            wakesAt = Long.MAX_VALUE;
            sendDue();
          });
    }
  }

  private void send(Sending sending) throws ChromaFailure {
    WriteRequest request;
    try {
      request = request(sending);
    } catch (Unwritable e) {
      reject(agenda.cut(sending, 1), e.getMessage());
      return;
    }
    Sending part = agenda.cut(sending, request.group().size());
    part.attempt(time.getCurrentProcessingTime());
    metrics.sent(request.group().size());
    exchanges.request(
        destination.send(request), (outcome, sent) -> act(part, request, outcome, sent));
  }

  private WriteRequest request(Sending sending) throws Unwritable {
    WriteGroup group = sending.group();
    return sending.filter() == null
        ? destination.request(group, sizes.records(group.collection(), group.verb()))
        : new WriteRequest(group, RequestCutter.where(sending.filter()));
  }

  private void act(Sending sending, WriteRequest request, RequestOutcome outcome, Sent sent)
      throws ChromaFailure {
    WriteGroup group = sending.group();
    sizes.after(outcome.kind(), group, group.size(), sent.millis());
    switch (outcome.kind()) {
      case WRITTEN -> written(sending, sent);
      case BUSY, THROTTLED, UNANSWERED, FOREIGN -> retry(sending, outcome);
      case LOST -> {
        sending.lose(ConnectionLoss.of(request, sending.loss(), outcome.reason()));
        retry(sending, outcome);
      }
      case TOO_LARGE, REJECTED -> refused(sending, outcome.reason());
      case DENIED, MISSING, MISCONFIGURED -> {
        metrics.failed();
        throw destination.failure(group, "rejected: " + outcome.reason());
      }
    }
  }

  private void written(Sending sending, Sent sent) {
    WriteGroup group = sending.group();
    limit.written(group, sent.inFlight(), sent.millis());
    metrics.limit(limit.limit());
    rejections.taken(group);
    metrics.written(group, sending.isLast() ? group.size() : 0, sent.at(), sent.answeredAt());
    agenda.advance(sending);
  }

  private void refused(Sending sending, String reason) throws ChromaFailure {
    if (sending.group().size() == 1) {
      reject(sending, reason);
    } else {
      halve(sending);
    }
  }

  private void reject(Sending sending, String reason) throws ChromaFailure {
    rejections.add(sending.group().mutations().get(0), reason);
    agenda.advance(sending);
  }

  private void halve(Sending sending) {
    metrics.split();
    agenda.halve(sending);
  }

  private void retry(Sending sending, RequestOutcome outcome) throws ChromaFailure {
    rests.begin(sending, outcome);
    metrics.retried();
  }

  private void rested(Sending sending) throws ChromaFailure {
    if (closed) {
      return;
    }
    if (sending.isInDoubt()) {
      sending.attempt(time.getCurrentProcessingTime());
      exchanges.heartbeat(destination.heartbeat(), (outcome, sent) -> probed(sending, outcome));
    } else {
      agenda.again(sending);
      sendDue();
    }
  }

  /**
   * Decides after a heartbeat whether the server or the request caused the loss of the connection.
   * A server that denies the heartbeat is available too: the token may not be valid for that path.
   */
  private void probed(Sending sending, RequestOutcome outcome) throws ChromaFailure {
    if (outcome.kind() != Kind.WRITTEN && outcome.kind() != Kind.DENIED) {
      rests.begin(sending, outcome);
      return;
    }
    sending.answered();
    ConnectionLoss loss = sending.loss();
    switch (loss.remedy()) {
      case AGAIN -> agenda.again(sending);
      case IN_HALVES -> {
        sizes.after(Kind.TOO_LARGE, sending.group(), loss.records(), 0);
        halve(sending);
      }
      case REJECT ->
          reject(
              sending,
              "the server responds, but closed the connection %s times on a request of %s bytes"
                      .formatted(loss.times(), loss.bytes())
                  + "; last: "
                  + loss.reason());
    }
  }
}
