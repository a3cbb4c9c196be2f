package io.chromasync.chroma;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;

/**
 * Requests and heartbeats under way: gives up those without a response at their deadline, and hands
 * on outcomes as mails of the task. Owned by the task's thread.
 *
 * <p>A request that has been under way for {@link #STALLED} is taken to be lost: it is waited for,
 * but no longer occupies a place among those that may be in flight, so one lost packet does not
 * hold up all other records until the deadline.
 */
// A future equals itself alone.
@SuppressWarnings("CollectionUndefinedEquality")
final class Exchanges {

  static final Duration STALLED = Duration.ofSeconds(5);

  /** What is done when an exchange is over. */
  interface Reaction {
    void to(Outcome outcome, Sent sent) throws ChromaFailure;
  }

  /** What is done when a place is free. */
  interface Opportunity {
    void use() throws ChromaFailure;
  }

  /**
   * When a request was sent, and when its response came, whenever the task has time for it.
   *
   * @param at milliseconds since the epoch
   * @param answeredAt likewise
   * @param inFlight requests under way when it was sent, itself included
   */
  record Sent(long at, long answeredAt, int inFlight) {

    /** From sending to the response. */
    long millis() {
      return answeredAt - at;
    }
  }

  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final Duration requestTimeout;
  private final SinkMetrics metrics;
  private final Opportunity opportunity;

  private final Set<CompletableFuture<Answer>> underWay = new HashSet<>();
  private final Set<CompletableFuture<Answer>> requests = new HashSet<>();
  private final Set<CompletableFuture<Answer>> stalled = new HashSet<>();
  private boolean closed;

  Exchanges(
      MailboxExecutor mailbox,
      ProcessingTimeService time,
      Duration requestTimeout,
      SinkMetrics metrics,
      Opportunity opportunity) {
    this.mailbox = mailbox;
    this.time = time;
    this.requestTimeout = requestTimeout;
    this.metrics = metrics;
    this.opportunity = opportunity;
  }

  /** Whether another request may be sent, if so many may be in flight, and so many stalled too. */
  boolean hasPlace(int limit, int most) {
    return requests.size() - stalled.size() < limit && requests.size() < most;
  }

  /** A write was sent. */
  // Nobody cancels the timer of a stalled request; when it fires later it changes nothing.
  @SuppressWarnings("FutureReturnValueIgnored")
  void request(CompletableFuture<Answer> answer, Reaction reaction) {
    requests.add(answer);
    metrics.inFlight(requests.size());
    ScheduledFuture<?> stalls =
        time.registerTimer(
            time.getCurrentProcessingTime() + STALLED.toMillis(),
            at -> {
              // It may be over by the time its timer's mail is read.
              if (requests.contains(answer)) {
                stalled.add(answer);
                opportunity.use();
              }
            });
    begin(
        answer,
        Shape.ACKNOWLEDGEMENT,
        (outcome, sent) -> {
          stalls.cancel(false);
          requests.remove(answer);
          stalled.remove(answer);
          metrics.inFlight(requests.size());
          reaction.to(outcome, sent);
        });
  }

  /** A heartbeat was sent; it takes no place from requests. */
  void heartbeat(CompletableFuture<Answer> answer, Reaction reaction) {
    begin(answer, Shape.HEARTBEAT, reaction);
  }

  /** Stops waiting for responses. */
  void close() {
    closed = true;
    Set.copyOf(underWay).forEach(answer -> answer.cancel(true));
  }

  // The callback can only fail on a mailbox that is closed, when nobody waits any more.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void begin(CompletableFuture<Answer> answer, Shape shape, Reaction reaction) {
    long now = time.getCurrentProcessingTime();
    underWay.add(answer);
    int inFlight = requests.size();
    ScheduledFuture<?> timeout =
        time.registerTimer(now + requestTimeout.toMillis(), at -> answer.cancel(true));
    answer.whenComplete(
        (got, failure) -> {
          Sent sent = new Sent(now, time.getCurrentProcessingTime(), inFlight);
          mailbox.execute(
              () -> {
                timeout.cancel(false);
                underWay.remove(answer);
                if (!closed) {
                  reaction.to(failure == null ? Outcome.of(got, shape) : Outcome.of(failure), sent);
                  opportunity.use();
                }
              },
              "response of Chroma");
        });
  }
}
