package io.chromasync.chroma;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Supplier;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes steps, one request each, until Chroma has responded to the last. When one fails all are
 * repeated from the first, by the retry policy of all writes: after an ambiguous failure not before
 * {@code chroma.settle}, and not longer than {@code chroma.retry-budget}.
 *
 * <p>For requests that may be sent twice. Everything runs in the task's thread: responses and
 * timers come as mails, and a failure thrown there fails the task.
 */
final class PatientExchange {

  private static final Logger LOG = LoggerFactory.getLogger(PatientExchange.class);

  private final ChromaSettings settings;
  private final Retries retries;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private CompletableFuture<Answer> underWay;
  private boolean busy;
  private boolean closed;

  /** Processing time from which on no request that was given up can still be applied. */
  private long settledAt;

  PatientExchange(ChromaSettings settings, Retries retries, WriterInitContext context) {
    this.settings = settings;
    this.retries = retries;
    this.mailbox = context.getMailboxExecutor();
    this.time = context.getProcessingTimeService();
  }

  /**
   * A request and what follows from its response.
   *
   * @param what is asked, for messages
   * @param shape of the body of a success
   * @param isRetried from this step on, also if the sequence is tried once
   */
  record Step(
      String what,
      Shape shape,
      Supplier<CompletableFuture<Answer>> request,
      Reaction reaction,
      boolean isRetried) {}

  /** What is done with a response. */
  interface Reaction {

    /**
     * Takes it.
     *
     * @return the next step, or null if there is none
     * @throws NoResponse if it does not come from Chroma
     */
    Step to(Answer answer) throws NoResponse;
  }

  /** A response that does not come from Chroma, though its status says that all is well. */
  static final class NoResponse extends Exception {

    NoResponse(String message) {
      super(message);
    }
  }

  boolean isBusy() {
    return busy;
  }

  /** Begins with the first step; one sequence at a time. */
  void begin(Step first) {
    begin(new Sequence(first, time.getCurrentProcessingTime(), true));
  }

  /**
   * As {@link #begin}, but once, up to a step that is retried: a transient error ends the sequence,
   * and while a request that was given up may still be applied it does not begin.
   */
  void tryOnce(Step first) {
    begin(new Sequence(first, time.getCurrentProcessingTime(), false));
  }

  // A timer's failure fails the task; its future is only good for cancelling.
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

  /** Returns when no request is under way; works off mails meanwhile. */
  void await() throws InterruptedException {
    while (busy) {
      mailbox.yield();
    }
  }

  /** Gives up what is under way and sends nothing more. */
  void close() {
    closed = true;
    if (underWay != null) {
      underWay.cancel(true);
    }
  }

  private record Sequence(Step first, long begun, boolean isRetried) {

    Sequence at(Step step) {
      return new Sequence(first, begun, isRetried || step.isRetried());
    }
  }

  // The callback can only fail on a mailbox that is closed, when nobody waits any more.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void attempt(Step step, Sequence sequence, int attempt) {
    CompletableFuture<Answer> answer = step.request().get();
    underWay = answer;
    long deadline = time.getCurrentProcessingTime() + settings.requestTimeout().toMillis();
    ScheduledFuture<?> timeout = time.registerTimer(deadline, at -> answer.cancel(true));
    answer.whenComplete(
        (got, failure) ->
            mailbox.execute(
                () -> {
                  timeout.cancel(false);
                  if (!closed) {
                    Outcome outcome =
                        failure == null ? Outcome.of(got, step.shape()) : Outcome.of(failure);
                    act(step, sequence, attempt, got, outcome);
                  }
                },
                "response of Chroma"));
  }

  private void act(Step step, Sequence sequence, int attempt, Answer got, Outcome outcome)
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
          rest(step, sequence, attempt, outcome.reason(), leastRest(outcome));
      case REJECTED, TOO_LARGE, DENIED, MISSING, MISCONFIGURED ->
          throw failure(step, "was refused: " + outcome.reason());
    }
  }

  private Duration leastRest(Outcome outcome) {
    boolean settles = outcome.isAmbiguous() && settings.settle().compareTo(outcome.atLeast()) > 0;
    return settles ? settings.settle() : outcome.atLeast();
  }

  // A timer's failure fails the task; its future is only good for cancelling.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void rest(Step step, Sequence sequence, int attempt, String reason, Duration atLeast)
      throws ChromaFailure {
    if (!sequence.isRetried()) {
      LOG.info("Chroma did not respond. request={} reason={}", step.what(), reason);
      busy = false;
      return;
    }
    long now = time.getCurrentProcessingTime();
    Duration elapsed = Duration.ofMillis(now - sequence.begun());
    Duration delay = retries.delay(attempt, atLeast);
    if (!retries.allows(elapsed, delay)) {
      throw failure(
          step,
          "failed, as did %s attempts over %s; another after %s would exceed %s"
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
