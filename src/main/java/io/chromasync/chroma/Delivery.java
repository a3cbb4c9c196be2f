package io.chromasync.chroma;

import io.chromasync.chroma.Outcome.Kind;
import io.chromasync.model.Collection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the groups of every lane one after the other, and of several lanes at once. A request is
 * cut when it is sent, as large as its collection takes just then.
 *
 * <p>Everything here runs in the task's thread: answers and timers come as mails, so there are no
 * locks, and a failure thrown here fails the task.
 *
 * <p>A request without an answer at its deadline is given up: its connection is closed. It may
 * nevertheless be applied, so its lane rests for {@code chroma.settle} before it goes on; as may
 * one that is answered by something else than Chroma, or whose connection broke. Before the latter
 * is sent again, a heartbeat tells whether the server is away or the request is what it does not
 * take ({@link Loss}).
 *
 * <p>What Chroma refuses is halved until the mutations at fault are alone; these are rejected.
 */
final class Delivery {

  /** More at once gains a server little, and Chroma Cloud takes 10 of one collection. */
  static final int MAX_IN_FLIGHT = 4;

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final Destination destination;
  private final Retries retries;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final SinkMetrics metrics;
  private final Rejections rejections;

  private final Map<String, Lane> lanes = new HashMap<>();
  private final Queue<Lane> ready = new ArrayDeque<>();
  private final Backlog backlog;
  private final Map<Collection, RequestSize> sizes = new EnumMap<>(Collection.class);
  private int inFlight;
  private int resting;
  private boolean closed;

  Delivery(
      Destination destination,
      Retries retries,
      WriterInitContext context,
      SinkMetrics metrics,
      Rejections rejections) {
    this.destination = destination;
    this.retries = retries;
    this.mailbox = context.getMailboxExecutor();
    this.time = context.getProcessingTimeService();
    this.metrics = metrics;
    this.backlog = new Backlog(metrics);
    this.rejections = rejections;
    for (Collection collection : Collection.values()) {
      resize(collection, RequestSize.of(destination.mostRecords()));
    }
  }

  /** What is not acknowledged. */
  Backlog backlog() {
    return backlog;
  }

  /** Takes what is to be sent after all that the lane has. */
  void add(String name, List<Group> groups) throws ChromaFailure {
    Lane lane = lanes.computeIfAbsent(name, unused -> new Lane(name, backlog));
    lane.add(groups);
    if (!lane.busy) {
      queue(lane);
    }
  }

  /** Gives up what is under way and sends nothing more. */
  void close() {
    closed = true;
    lanes.values().forEach(Lane::giveUp);
  }

  /** Lets a lane have its turn if it has a group. */
  private void queue(Lane lane) throws ChromaFailure {
    lane.busy = !lane.isEmpty();
    if (lane.busy) {
      ready.add(lane);
      sendReady();
    }
  }

  private void sendReady() throws ChromaFailure {
    while (!closed && inFlight < MAX_IN_FLIGHT && !ready.isEmpty()) {
      Lane lane = ready.remove();
      if (lane.inDoubt) {
        probe(lane);
      } else {
        send(lane);
      }
    }
  }

  private void send(Lane lane) throws ChromaFailure {
    WriteRequest request;
    try {
      request = destination.request(lane.first(), sizes.get(lane.first().collection()).limit());
    } catch (Unwritable e) {
      lane.cut(1);
      reject(lane, e.getMessage());
      return;
    }
    lane.cut(request.group().size());
    metrics.sent();
    exchange(
        lane,
        destination.send(request),
        Shape.ACKNOWLEDGEMENT,
        (outcome, sentAt) -> act(lane, request, outcome, sentAt));
  }

  private void probe(Lane lane) {
    exchange(
        lane, destination.heartbeat(), Shape.HEARTBEAT, (outcome, sentAt) -> probed(lane, outcome));
  }

  // The callback can only fail on a mailbox that is closed, when nobody waits any more.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void exchange(
      Lane lane, CompletableFuture<Answer> answer, Shape shape, Reaction reaction) {
    long now = time.getCurrentProcessingTime();
    metrics.inFlight(++inFlight);
    lane.attempt(now, answer);
    long deadline = now + destination.settings().requestTimeout().toMillis();
    ScheduledFuture<?> timeout = time.registerTimer(deadline, at -> answer.cancel(true));
    answer.whenComplete(
        (got, failure) ->
            mailbox.execute(
                () -> {
                  timeout.cancel(false);
                  metrics.inFlight(--inFlight);
                  if (!closed) {
                    reaction.to(
                        failure == null ? Outcome.of(got, shape) : Outcome.of(failure), now);
                    sendReady();
                  }
                },
                "answer of Chroma"));
  }

  private void act(Lane lane, WriteRequest request, Outcome outcome, long sentAt)
      throws ChromaFailure {
    Group group = request.group();
    resize(group.collection(), sizes.get(group.collection()).after(outcome.kind(), group.size()));
    switch (outcome.kind()) {
      case WRITTEN -> written(lane, sentAt);
      case BUSY, THROTTLED, UNANSWERED, FOREIGN -> retry(lane, outcome);
      case LOST -> {
        lane.lose(Loss.of(request, lane.loss, outcome.reason()));
        retry(lane, outcome);
      }
      case TOO_LARGE, REJECTED -> refused(lane, outcome.reason());
      case DENIED, MISSING, MISCONFIGURED -> throw failure(lane, "refused: " + outcome.reason());
    }
  }

  private void written(Lane lane, long sentAt) throws ChromaFailure {
    metrics.written(lane.first(), sentAt, time.getCurrentProcessingTime());
    rejections.taken(lane.first());
    lane.advance();
    queue(lane);
  }

  private void refused(Lane lane, String reason) throws ChromaFailure {
    if (lane.first().size() == 1) {
      reject(lane, reason);
    } else {
      halve(lane);
    }
  }

  private void reject(Lane lane, String reason) throws ChromaFailure {
    rejections.add(lane.first().mutations().get(0), reason);
    lane.advance();
    queue(lane);
  }

  private void halve(Lane lane) throws ChromaFailure {
    metrics.split();
    lane.halve();
    queue(lane);
  }

  /**
   * Whether it was the server or the request that broke the connection. A server that refuses a
   * heartbeat in its own words answers too: the token may not be good for it.
   */
  private void probed(Lane lane, Outcome outcome) throws ChromaFailure {
    if (outcome.kind() != Kind.WRITTEN && outcome.kind() != Kind.DENIED) {
      rest(lane, outcome);
      return;
    }
    lane.inDoubt = false;
    Loss loss = lane.loss;
    switch (loss.remedy()) {
      case AGAIN -> queue(lane);
      case IN_HALVES -> {
        Collection collection = lane.first().collection();
        resize(collection, sizes.get(collection).after(Kind.TOO_LARGE, loss.records()));
        halve(lane);
      }
      case REJECT ->
          reject(
              lane,
              "the server answers, but closed the connection %s times on a request of %s bytes"
                      .formatted(loss.times(), loss.bytes())
                  + "; last: "
                  + loss.reason());
    }
  }

  private void retry(Lane lane, Outcome outcome) throws ChromaFailure {
    rest(lane, outcome);
    metrics.retried();
  }

  // A timer's failure fails the task; its future is only good for cancelling.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void rest(Lane lane, Outcome outcome) throws ChromaFailure {
    long now = time.getCurrentProcessingTime();
    Duration elapsed = Duration.ofMillis(now - lane.firstAttemptAt);
    Duration delay = retries.delay(lane.attempts, leastRest(outcome));
    if (!retries.allows(elapsed, delay)) {
      throw failure(
          lane,
          "not taken in %s attempts over %s, and another after %s would exceed %s"
                  .formatted(lane.attempts, elapsed, delay, retries.budget())
              + " ('chroma.retry-budget'); last: "
              + outcome.reason());
    }
    LOG.warn(
        "Chroma did not take a request; its lane rests. lane={} request={} attempt={} delay={}"
            + " reason={}",
        lane.name,
        destination.describe(lane.first()),
        lane.attempts,
        delay,
        outcome.reason());
    metrics.resting(++resting);
    time.registerTimer(
        now + delay.toMillis(),
        at -> {
          metrics.resting(--resting);
          queue(lane);
        });
  }

  private Duration leastRest(Outcome outcome) {
    Duration settle = destination.settings().settle();
    return outcome.isAmbiguous() && settle.compareTo(outcome.atLeast()) > 0
        ? settle
        : outcome.atLeast();
  }

  private void resize(Collection collection, RequestSize size) {
    sizes.put(collection, size);
    metrics.requestSize(collection, size.limit());
  }

  private ChromaFailure failure(Lane lane, String what) {
    metrics.failed();
    return new ChromaFailure(
        "Chroma at %s: %s was %s"
            .formatted(destination.settings().url(), destination.describe(lane.first()), what));
  }

  /** What is done when an exchange is over. */
  private interface Reaction {
    void to(Outcome outcome, long sentAt) throws ChromaFailure;
  }
}
