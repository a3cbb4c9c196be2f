package io.chromasync.chroma;

import io.chromasync.chroma.Exchanges.Sent;
import io.chromasync.chroma.Outcome.Kind;
import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.chroma.window.WriteQueue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.pressure.VectorRoom;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Sends the groups of a {@link WriteQueue}, as many at once as the server gains from, and settles
 * them. A request is cut when it is sent, as large as its collection and verb take just then.
 *
 * <p>Everything here runs in the task's thread: responses and timers come as mails, so there are no
 * locks, and a failure thrown here fails the task.
 *
 * <p>A request without a response at its deadline is given up: its connection is closed. It may
 * nevertheless be applied, so its records rest before they are sent again ({@link Rests}), as may
 * those of a request that is answered by something else than Chroma, or whose connection broke.
 * Before the latter is sent again, a heartbeat shows whether the server is away or does not take
 * the request ({@link Loss}). Other records go on.
 *
 * <p>What Chroma rejects is halved until the mutations at fault are alone; these are dead letters.
 * Halves and retries take turns with groups that were never sent ({@link Agenda}).
 */
final class Delivery {

  /** Full requests that may wait behind those in flight, so that none is late or small. */
  static final int AHEAD = 1;

  /**
   * Full requests of vectors that may be on their way to the writer when it says that it has enough
   * ({@link VectorRoom}), and are taken so that they block no other change.
   */
  static final int VECTORS_COMING = 4;

  static final long MOST_BYTES = 64L << 20;

  private final WriteQueue queue;
  private final Destination destination;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final SinkMetrics metrics;
  private final Rejections rejections;
  private final RequestSizes sizes;
  private final InFlightLimit limit;
  private final Agenda agenda;
  private final Exchanges exchanges;
  private final Rests rests;
  private final VectorRoom.Writer room;

  private long wakesAt = Long.MAX_VALUE;
  private boolean flushes;
  private boolean closed;

  Delivery(
      WriteQueue queue,
      Destination destination,
      Retries retries,
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
    this.agenda = new Agenda(queue, sizes);
    this.room = VectorRoom.of(context.getJobInfo().getJobId()).enter();
    this.exchanges =
        new Exchanges(
            mailbox, time, destination.settings().requestTimeout(), metrics, this::sendDue);
    this.rests = new Rests(destination, retries, time, metrics, this::rested);
  }

  /** Takes a mutation; it is sent after its linger, or when enough is pending. */
  void add(Mutation mutation) throws ChromaFailure {
    metrics.coalesced(queue.add(mutation, time.getCurrentProcessingTime()));
    sendDue();
  }

  /** Whether so much is unsettled that more of it would only wait, and hold up a checkpoint. */
  boolean isFull() {
    return queue.requests(Verb.UPSERT, sizes) > limit.limit() + AHEAD + VECTORS_COMING
        || cheapRequests() > limit.limit() + AHEAD
        || queue.bytes() > MOST_BYTES;
  }

  private double cheapRequests() {
    return queue.requests(Verb.SWEEP, sizes)
        + queue.requests(Verb.DELETE, sizes)
        + queue.requests(Verb.UPDATE, sizes);
  }

  /** Sends what is pending without linger, and waits until all is settled. */
  void flush() throws ChromaFailure, InterruptedException {
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

  /** Gives up what is under way and sends nothing more. */
  void close() {
    closed = true;
    room.close();
    exchanges.close();
  }

  private void sendDue() throws ChromaFailure {
    while (!closed && exchanges.hasPlace(limit.limit(), destination.maxInFlight())) {
      Sending next = agenda.next(time.getCurrentProcessingTime(), flushes || isFull());
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
    room.full(!closed && queue.requests(Verb.UPSERT, sizes) > limit.limit() + AHEAD);
    metrics.waiting(queue.oldestMicros());
  }

  /** Comes back when the first pending write is due. */
  // A timer's failure fails the task; its future is only good for cancelling.
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

  private void act(Sending sending, WriteRequest request, Outcome outcome, Sent sent)
      throws ChromaFailure {
    WriteGroup group = sending.group();
    sizes.after(outcome.kind(), group, group.size(), sent.millis());
    switch (outcome.kind()) {
      case WRITTEN -> written(sending, sent);
      case BUSY, THROTTLED, UNANSWERED, FOREIGN -> retry(sending, outcome);
      case LOST -> {
        sending.lose(Loss.of(request, sending.loss(), outcome.reason()));
        retry(sending, outcome);
      }
      case TOO_LARGE, REJECTED -> refused(sending, outcome.reason());
      case DENIED, MISSING, MISCONFIGURED -> {
        metrics.failed();
        throw destination.failure(group, "refused: " + outcome.reason());
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

  private void retry(Sending sending, Outcome outcome) throws ChromaFailure {
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
   * Whether it was the server or the request that broke the connection. A server that refuses a
   * heartbeat in its own words answers too: the token may not be good for it.
   */
  private void probed(Sending sending, Outcome outcome) throws ChromaFailure {
    if (outcome.kind() != Kind.WRITTEN && outcome.kind() != Kind.DENIED) {
      rests.begin(sending, outcome);
      return;
    }
    sending.answered();
    Loss loss = sending.loss();
    switch (loss.remedy()) {
      case AGAIN -> agenda.again(sending);
      case IN_HALVES -> {
        sizes.after(Kind.TOO_LARGE, sending.group(), loss.records(), 0);
        halve(sending);
      }
      case REJECT ->
          reject(
              sending,
              "the server answers, but closed the connection %s times on a request of %s bytes"
                      .formatted(loss.times(), loss.bytes())
                  + "; last: "
                  + loss.reason());
    }
  }
}
