package io.chromasync.chroma;

import java.time.Duration;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Groups that wait before they are sent again, each within its retry budget. A group whose request
 * may still be applied rests for {@code chroma.settle} at least. Owned by the task's thread.
 */
final class Rests {

  private static final Logger LOG = LoggerFactory.getLogger(Rests.class);

  /** What is done when a rest is over. */
  interface End {
    void of(Sending sending) throws ChromaFailure;
  }

  private final Destination destination;
  private final Retries retries;
  private final ProcessingTimeService time;
  private final SinkMetrics metrics;
  private final End end;
  private int resting;

  Rests(
      Destination destination,
      Retries retries,
      ProcessingTimeService time,
      SinkMetrics metrics,
      End end) {
    this.destination = destination;
    this.retries = retries;
    this.time = time;
    this.metrics = metrics;
    this.end = end;
  }

  /**
   * A group rests after an attempt that failed.
   *
   * @throws ChromaFailure if the retry budget is spent
   */
  // A timer's failure fails the task; its future is only good for cancelling.
  @SuppressWarnings("FutureReturnValueIgnored")
  void begin(Sending sending, Outcome outcome) throws ChromaFailure {
    long now = time.getCurrentProcessingTime();
    Duration elapsed = Duration.ofMillis(now - sending.firstAttemptAt());
    Duration delay = retries.delay(sending.attempts(), atLeast(outcome));
    if (!retries.allows(elapsed, delay)) {
      metrics.failed();
      throw destination.failure(
          sending.group(),
          "not taken in %s attempts over %s, and another after %s would exceed %s"
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
          end.of(sending);
        });
  }

  private Duration atLeast(Outcome outcome) {
    Duration settle = destination.settings().settle();
    return outcome.isAmbiguous() && settle.compareTo(outcome.atLeast()) > 0
        ? settle
        : outcome.atLeast();
  }
}
