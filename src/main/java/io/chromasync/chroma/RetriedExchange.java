package io.chromasync.chroma;

import io.chromasync.chroma.client.ChromaFailure;
import io.chromasync.chroma.client.ChromaResponse;
import io.chromasync.chroma.delivery.RequestOutcome;
import io.chromasync.chroma.delivery.Shape;
import io.chromasync.runtime.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes a sequence of steps, one request each, until Chroma has responded to the last step. If a
 * step fails, the sequence is retried from the first step, by the retry policy of all writes. After
 * an ambiguous failure the retry waits at least {@code chroma.settle}; the sequence takes at most
 * {@code chroma.retry-budget}.
 *
 * <p>For idempotent requests. Everything runs in the task's thread: responses and timers arrive as
 * mails, and an exception thrown there fails the task.
 */
final class RetriedExchange {

  private static final Logger LOG = LoggerFactory.getLogger(RetriedExchange.class);

  private final ChromaSettings settings;
  private final RetryPolicy retries;
  private final RandomGenerator random;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private CompletableFuture<ChromaResponse> underWay;
  private boolean busy;
  private boolean closed;

  /** Processing time from which on no request that was given up can still be applied. */
  private long settledAt;

  RetriedExchange(ChromaSettings settings, RandomGenerator random, WriterInitContext context) {
    this.settings = settings;
    this.retries = settings.retries();
    this.random = random;
    this.mailbox = context.getMailboxExecutor();
    this.time = context.getProcessingTimeService();
  }

  /**
   * Request and the reaction to its response.
   *
   * @param what description of the request, for messages
   * @param shape shape of the body of a success
   * @param isRetried true if the sequence is retried from this step on, even when started by {@link
   *     #tryOnce}
   */
  record Step(
      String what,
      Shape shape,
      Supplier<CompletableFuture<ChromaResponse>> request,
      Reaction reaction,
      boolean isRetried) {}

  /** Reaction to a response. */
  interface Reaction {

    /**
     * Handles a response.
     *
     * @return the next step, or null if there is none
     * @throws NoResponse if the response does not come from Chroma
     * @throws ChromaFailure if the response must fail the job
     */
    Step to(ChromaResponse answer) throws NoResponse, ChromaFailure;
  }

  /** Response with a success status that does not come from Chroma. */
  static final class NoResponse extends Exception {

    NoResponse(String message) {
      super(message);
    }
  }

  boolean isBusy() {
    return busy;
  }

  /** Starts a sequence at its first step; only one sequence may run at a time. */
  void begin(Step first) {
    begin(new Sequence(first, time.getCurrentProcessingTime(), true, false));
  }

  /**
   * Starts a sequence without retries, up to a step that is retried. A transient error ends the
   * sequence. The sequence does not start while a request that was given up may still be applied.
   */
  void tryOnce(Step first) {
    begin(new Sequence(first, time.getCurrentProcessingTime(), false, false));
  }

  /** Starts a sequence like {@link #tryOnce}; any error that Chroma returns ends the sequence. */
  void offer(Step first) {
    begin(new Sequence(first, time.getCurrentProcessingTime(), false, true));
  }

  // A failed timer fails the task, so its future is needed only for cancelling.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void begin(Sequence sequence) {
    boolean settled = time.getCurrentProcessingTime() >= settledAt;
    busy = settled || sequence.isRetried();
    if (settled) {
      attempt(sequence.first(), sequence, 1);
    } else if (busy) {
      time.registerTimer(
          settledAt,
          at -> {
            if (!closed) {
              attempt(sequence.first(), sequence, 1);
            }
          });
    }
  }

  /** Waits until no sequence is running, and processes mails meanwhile. */
  void await() throws InterruptedException {
    while (busy) {
      mailbox.yield();
    }
  }

  /** Cancels the request in flight and sends nothing more. */
  void close() {
    closed = true;
    if (underWay != null) {
      underWay.cancel(true);
    }
  }

  private record Sequence(Step first, long begun, boolean isRetried, boolean isOptional) {

    Sequence at(Step step) {
      return new Sequence(first, begun, isRetried || step.isRetried(), isOptional);
    }
  }

  // The callback fails only if the mailbox is closed, when nothing waits for its future.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void attempt(Step step, Sequence sequence, int attempt) {
    CompletableFuture<ChromaResponse> answer = step.request().get();
    underWay = answer;
    long deadline = time.getCurrentProcessingTime() + settings.requestTimeout().toMillis();
    ScheduledFuture<?> timeout = time.registerTimer(deadline, at -> answer.cancel(true));
    answer.whenComplete(
        (got, failure) ->
            mailbox.execute(
                () -> {
                  timeout.cancel(false);
                  if (!closed) {
                    RequestOutcome outcome =
                        failure == null
                            ? RequestOutcome.of(got, step.shape())
                            : RequestOutcome.of(failure);
                    act(step, sequence, attempt, got, outcome);
                  }
                },
                "response of Chroma"));
  }

  private void act(
      Step step, Sequence sequence, int attempt, ChromaResponse got, RequestOutcome outcome)
      throws ChromaFailure {
    if (outcome.isAmbiguous()) {
      settledAt = time.getCurrentProcessingTime() + settings.settle().toMillis();
    }
    switch (outcome.kind()) {
      case WRITTEN -> {
        try {
          Step next = step.reaction().to(got);
          busy = next != null;
          if (busy) {
            attempt(next, sequence.at(next), attempt);
          }
        } catch (NoResponse e) {
          rest(step, sequence, attempt, e.getMessage(), settings.settle());
        }
      }
      case BUSY, THROTTLED, UNANSWERED, LOST, FOREIGN ->
          rest(step, sequence, attempt, outcome.reason(), outcome.atLeast(settings.settle()));
      case REJECTED, TOO_LARGE, DENIED, MISSING, MISCONFIGURED -> {
        if (!sequence.isOptional()) {
          throw failure(step, "was rejected: " + outcome.reason());
        }
        giveUp(step, outcome.reason());
      }
    }
  }

  private void giveUp(Step step, String reason) {
    LOG.info("Chroma did not execute a request. request={} reason={}", step.what(), reason);
    busy = false;
  }

  // A failed timer fails the task, so its future is needed only for cancelling.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void rest(Step step, Sequence sequence, int attempt, String reason, Duration atLeast)
      throws ChromaFailure {
    if (!sequence.isRetried()) {
      giveUp(step, reason);
      return;
    }
    long now = time.getCurrentProcessingTime();
    Duration elapsed = Duration.ofMillis(now - sequence.begun());
    Duration delay = retries.delay(attempt, atLeast, random);
    if (!retries.allows(elapsed, delay)) {
      throw failure(
          step,
          "failed in %s attempts over %s; the next attempt after %s would exceed %s"
                  .formatted(attempt, elapsed, delay, retries.budget())
              + " ('chroma.retry-budget'); last: "
              + reason);
    }
    LOG.warn(
        "Chroma did not respond to a request, which is retried. request={} attempt={} delay={}"
            + " reason={}",
        step.what(),
        attempt,
        delay,
        reason);
    time.registerTimer(
        now + delay.toMillis(),
        at -> {
          if (!closed) {
            attempt(sequence.first(), sequence, attempt + 1);
          }
        });
  }

  private ChromaFailure failure(Step step, String what) {
    return new ChromaFailure("Chroma at %s: %s %s".formatted(settings.url(), step.what(), what));
  }
}
