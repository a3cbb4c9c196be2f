package io.chromasync.chroma.delivery;

import io.chromasync.chroma.ChromaTarget;
import io.chromasync.chroma.SinkMetrics;
import io.chromasync.chroma.client.ChromaFailure;
import io.chromasync.runtime.RetryPolicy;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Groups that wait before they are sent again, each within its retry budget. A group whose request
 * may still be applied waits at least {@code chroma.settle}. Owned by the task's thread.
 */
public final class Rests {

  private static final Logger LOG = LoggerFactory.getLogger(Rests.class);

  /** Callback for the end of a wait. */
  interface End {
    void of(Sending sending) throws ChromaFailure;
  }

  private final ChromaTarget destination;
  private final RetryPolicy retries;
  private final RandomGenerator random;
  private final ProcessingTimeService time;
  private final SinkMetrics metrics;
  private final End end;
  private int resting;

  Rests(
      ChromaTarget destination,
      RandomGenerator random,
      ProcessingTimeService time,
      SinkMetrics metrics,
      End end) {
    this.destination = destination;
    this.retries = destination.settings().retries();
    this.random = random;
    this.time = time;
    this.metrics = metrics;
    this.end = end;
  }

  /**
   * Schedules a group after a failed attempt.
   *
   * @throws ChromaFailure if the retry budget is exhausted
   */
  // A failed timer fails the task, so its future is needed only for cancelling.
  @SuppressWarnings("FutureReturnValueIgnored")
  void begin(Sending sending, RequestOutcome outcome) throws ChromaFailure {
    long now = time.getCurrentProcessingTime();
    Duration elapsed = Duration.ofMillis(now - sending.firstAttemptAt());
    Duration atLeast = outcome.atLeast(destination.settings().settle());
    Duration delay = retries.delay(sending.attempts(), atLeast, random);
    if (!retries.allows(elapsed, delay)) {
      metrics.failed();
      throw destination.failure(
          sending.group(),
          "not accepted in %s attempts over %s; the next attempt after %s would exceed %s"
                  .formatted(sending.attempts(), elapsed, delay, retries.budget())
              + " ('chroma.retry-budget'); last: "
              + outcome.reason());
    }
    LOG.warn(
        "Chroma did not accept a request; its records are retried later. request={} attempt={}"
            + " delay={} reason={}",
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
}
