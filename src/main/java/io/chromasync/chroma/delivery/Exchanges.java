package io.chromasync.chroma.delivery;

import io.chromasync.chroma.SinkMetrics;
import io.chromasync.chroma.client.ChromaFailure;
import io.chromasync.chroma.client.ChromaResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;

/**
 * Requests and heartbeats in flight. Cancels requests without a response at their deadline, and
 * delivers outcomes as mails of the task. Owned by the task's thread.
 *
 * <p>A request in flight for {@link #STALLED} is presumed lost. It is still awaited, but no longer
 * counts towards the limit of requests in flight. A single lost packet therefore does not delay all
 * other records until the deadline.
 */
// Futures have identity equality.
@SuppressWarnings("CollectionUndefinedEquality")
final class Exchanges {

  /** Time in flight after which a request no longer counts towards the limit. */
  static final Duration STALLED = Duration.ofSeconds(5);

  /** Callback for the end of an exchange. */
  interface Reaction {
    void to(RequestOutcome outcome, Sent sent) throws ChromaFailure;
  }

  /** Callback for a free place in flight. */
  interface Opportunity {
    void use() throws ChromaFailure;
  }

  /**
   * Times of a request and its response, independent of when the task processes the response.
   *
   * @param at time of sending, in milliseconds since the epoch
   * @param answeredAt time of the response, in milliseconds since the epoch
   * @param inFlight requests in flight when it was sent, itself included
   */
  record Sent(long at, long answeredAt, int inFlight) {

    /** Returns the time from sending to the response. */
    long millis() {
      return answeredAt - at;
    }
  }

  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final Duration requestTimeout;
  private final SinkMetrics metrics;
  private final Opportunity opportunity;

  private final Set<CompletableFuture<ChromaResponse>> underWay = new HashSet<>();
  private final Set<CompletableFuture<ChromaResponse>> requests = new HashSet<>();
  private final Set<CompletableFuture<ChromaResponse>> stalled = new HashSet<>();
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

  /**
   * Returns true if another request may be sent.
   *
   * @param limit maximum number of requests in flight, stalled requests excluded
   * @param most maximum number of requests in flight, stalled requests included
   */
  boolean hasPlace(int limit, int most) {
    return requests.size() - stalled.size() < limit && requests.size() < most;
  }

  /** Registers a write that was sent. */
  // Losing the timer's future is harmless: a timer that fires late changes nothing.
  @SuppressWarnings("FutureReturnValueIgnored")
  void request(CompletableFuture<ChromaResponse> answer, Reaction reaction) {
    requests.add(answer);
    metrics.inFlight(requests.size());
    ScheduledFuture<?> stalls =
        time.registerTimer(
            time.getCurrentProcessingTime() + STALLED.toMillis(),
            at -> {
              // The request may have ended before the timer's mail is processed.
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

  /** Registers a heartbeat that was sent; it takes no place from requests. */
  void heartbeat(CompletableFuture<ChromaResponse> answer, Reaction reaction) {
    begin(answer, Shape.HEARTBEAT, reaction);
  }

  /** Stops waiting for responses. */
  void close() {
    closed = true;
    Set.copyOf(underWay).forEach(answer -> answer.cancel(true));
  }

  // The callback fails only if the mailbox is closed, when nothing waits for its future.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void begin(CompletableFuture<ChromaResponse> answer, Shape shape, Reaction reaction) {
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
                  reaction.to(
                      failure == null ? RequestOutcome.of(got, shape) : RequestOutcome.of(failure),
                      sent);
                  opportunity.use();
                }
              },
              "response of Chroma");
        });
  }
}
