package io.chromasync.chroma;

import io.chromasync.chroma.Outcome.Kind;
import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.chroma.window.WriteQueue;
import io.chromasync.model.Mutation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the groups of a {@link WriteQueue}, as many at once as the server gains from, and settles
 * them. A request is cut when it is sent, as large as its collection and verb take just then.
 *
 * <p>Everything here runs in the task's thread: responses and timers come as mails, so there are no
 * locks, and a failure thrown here fails the task.
 *
 * <p>A request without a response at its deadline is given up: its connection is closed. It may
 * nevertheless be applied, so its records rest for {@code chroma.settle} before they are sent
 * again; as may one whose connection broke. Before that one is sent again, a heartbeat shows
 * whether the server is away or the request is what it does not take ({@link Loss}). Other records
 * go on.
 *
 * <p>What Chroma rejects is halved until the mutations at fault are alone; these are dead letters.
 */
final class Delivery {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final WriteQueue queue;
  private final Destination destination;
  private final Retries retries;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final SinkMetrics metrics;
  private final Rejections rejections;
  private final RequestSizes sizes;
  private final InFlightLimit limit;

  /** Groups that were sent before, or are parts of such. */
  private final Deque<Sending> again = new ArrayDeque<>();

  private final Set<Sending> inFlight = new HashSet<>();
  private int resting;
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
    this.retries = retries;
    this.mailbox = context.getMailboxExecutor();
    this.time = context.getProcessingTimeService();
    this.metrics = metrics;
    this.rejections = rejections;
    this.sizes = new RequestSizes(destination, metrics);
    this.limit = new InFlightLimit(destination.settings().maxInFlight());
  }

  /** Takes a mutation; it is sent after its linger, or when enough is pending. */
  void add(Mutation mutation) throws ChromaFailure {
    metrics.coalesced(queue.add(mutation, time.getCurrentProcessingTime()));
    sendDue();
  }

  /** Sends what is pending without linger, and waits until all is settled. */
  void flush() throws ChromaFailure, InterruptedException {
    flushes = true;
    sendDue();
    while (queue.size() > 0) {
      mailbox.yield();
    }
    flushes = false;
  }

  /** Gives up what is under way and sends nothing more. */
  void close() {
    closed = true;
    inFlight.forEach(Sending::giveUp);
  }

  private void sendDue() throws ChromaFailure {
    while (!closed && inFlight.size() < limit.limit()) {
      Sending next = next();
      if (next == null) {
        wake();
        break;
      }
      if (next.isInDoubt()) {
        probe(next);
      } else if (next.isNothing()) {
        queue.settle(next.group());
      } else {
        send(next);
      }
    }
    metrics.waiting(queue.oldestMicros());
  }

  /** Null if nothing is due. */
  private Sending next() {
    if (!again.isEmpty()) {
      return again.remove();
    }
    WriteGroup group = queue.next(time.getCurrentProcessingTime(), flushes, sizes);
    return group == null ? null : new Sending(group);
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
      reject(cut(sending, 1), e.getMessage());
      return;
    }
    Sending part = cut(sending, request.group().size());
    metrics.sent(request.group().size());
    exchange(part, destination.send(request), (outcome, sent) -> act(part, request, outcome, sent));
  }

  private WriteRequest request(Sending sending) throws Unwritable {
    WriteGroup group = sending.group();
    return sending.filter() == null
        ? destination.request(group, sizes.records(group.collection(), group.verb()))
        : new WriteRequest(group, RequestCutter.where(sending.filter()));
  }

  /** The first mutations; the others are next. */
  private Sending cut(Sending sending, int count) {
    if (count < sending.group().size()) {
      again.addFirst(sending.after(count));
    }
    return sending.first(count);
  }

  private void probe(Sending sending) {
    exchange(sending, destination.heartbeat(), (outcome, sent) -> probed(sending, outcome));
  }

  // The callback can only fail on a mailbox that is closed, when nobody waits any more.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void exchange(Sending sending, CompletableFuture<Answer> answer, Reaction reaction) {
    long now = time.getCurrentProcessingTime();
    inFlight.add(sending);
    metrics.inFlight(inFlight.size());
    sending.attempt(now, answer);
    Sent sent = new Sent(now, inFlight.size());
    long deadline = now + destination.settings().requestTimeout().toMillis();
    ScheduledFuture<?> timeout = time.registerTimer(deadline, at -> answer.cancel(true));
    answer.whenComplete(
        (got, failure) ->
            mailbox.execute(
                () -> {
                  timeout.cancel(false);
                  inFlight.remove(sending);
                  metrics.inFlight(inFlight.size());
                  if (!closed) {
                    reaction.to(failure == null ? Outcome.of(got) : Outcome.of(failure), sent);
                    sendDue();
                  }
                },
                "response of Chroma"));
  }

  private void act(Sending sending, WriteRequest request, Outcome outcome, Sent sent)
      throws ChromaFailure {
    WriteGroup group = sending.group();
    sizes.after(outcome.kind(), group, group.size());
    switch (outcome.kind()) {
      case WRITTEN -> written(sending, sent);
      case BUSY, THROTTLED, UNANSWERED -> retry(sending, outcome);
      case LOST -> {
        sending.lose(Loss.of(request, sending.loss(), outcome.reason()));
        retry(sending, outcome);
      }
      case TOO_LARGE, REJECTED -> refused(sending, outcome.reason());
      case MISCONFIGURED -> throw failure(sending, "refused: " + outcome.reason());
    }
  }

  private void written(Sending sending, Sent sent) {
    WriteGroup group = sending.group();
    long now = time.getCurrentProcessingTime();
    limit.written(group, sent.inFlight(), now - sent.at());
    metrics.limit(limit.limit());
    rejections.taken(group);
    boolean done = sending.advance();
    metrics.written(group, done ? group.size() : 0, sent.at(), now);
    if (done) {
      queue.settle(group);
    } else {
      again.addFirst(sending);
    }
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
    if (sending.advance()) {
      queue.settle(sending.group());
    } else {
      again.addFirst(sending);
    }
  }

  private void halve(Sending sending) {
    int half = (sending.group().size() + 1) / 2;
    metrics.split();
    again.addFirst(sending.after(half));
    again.addFirst(new Sending(sending.group().first(half)));
  }

  /** Whether it was the server or the request that broke the connection. */
  private void probed(Sending sending, Outcome outcome) throws ChromaFailure {
    if (outcome.kind() != Kind.WRITTEN) {
      rest(sending, outcome);
      return;
    }
    sending.answered();
    Loss loss = sending.loss();
    switch (loss.remedy()) {
      case AGAIN -> again.add(sending);
      case IN_HALVES -> {
        sizes.after(Kind.TOO_LARGE, sending.group(), loss.records());
        halve(sending);
      }
      case REJECT ->
          reject(
              sending,
              "the server answers, but closed the connection %d times on a request of %d bytes"
                      .formatted(loss.times(), loss.bytes())
                  + "; last: "
                  + loss.reason());
    }
  }

  private void retry(Sending sending, Outcome outcome) throws ChromaFailure {
    rest(sending, outcome);
    metrics.retried();
  }

  // A timer's failure fails the task; its future is only good for cancelling.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void rest(Sending sending, Outcome outcome) throws ChromaFailure {
    long now = time.getCurrentProcessingTime();
    Duration elapsed = Duration.ofMillis(now - sending.firstAttemptAt());
    Duration delay = retries.delay(sending.attempts(), leastRest(outcome));
    if (!retries.allows(elapsed, delay)) {
      throw failure(
          sending,
          "not taken in %d attempts over %s, and another after %s would exceed %s"
                  .formatted(sending.attempts(), elapsed, delay, retries.budget())
              + " ('chroma.retry-budget'); last: "
              + outcome.reason());
    }
    LOG.warn(
        "Chroma did not take a request; its records rest. request={} attempt={} delay={} reason={}",
        destination.describe(sending.group()),
        sending.attempts(),
        delay,
        outcome.reason());
    metrics.resting(++resting);
    time.registerTimer(
        now + delay.toMillis(),
        at -> {
          metrics.resting(--resting);
          again.add(sending);
          sendDue();
        });
  }

  private Duration leastRest(Outcome outcome) {
    Duration settle = destination.settings().settle();
    return outcome.isAmbiguous() && settle.compareTo(outcome.atLeast()) > 0
        ? settle
        : outcome.atLeast();
  }

  private ChromaFailure failure(Sending sending, String what) {
    metrics.failed();
    return new ChromaFailure(
        "Chroma at %s: %s was %s"
            .formatted(destination.settings().url(), destination.describe(sending.group()), what));
  }

  /**
   * When a request was sent.
   *
   * @param at milliseconds since the epoch
   * @param inFlight requests under way then, itself included
   */
  private record Sent(long at, int inFlight) {}

  /** What is done when an exchange is over. */
  private interface Reaction {
    void to(Outcome outcome, Sent sent) throws ChromaFailure;
  }
}
