package io.chromasync.start;

import io.chromasync.config.InvalidSettings;
import io.chromasync.runtime.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries an attempt while it throws {@link Unready}, until the start budget is spent: with
 * back-off, or as late as the server requests. The first wait is logged, then a wait every {@value
 * #LOGGED_EVERY_SECONDS} seconds. A final error ends the wait at once.
 *
 * <p>Used by one thread, which may be interrupted.
 */
public final class StartRetries {

  private static final Logger LOG = LoggerFactory.getLogger(StartRetries.class);

  private static final int LOGGED_EVERY_SECONDS = 15;
  private static final Duration LOGGED_EVERY = Duration.ofSeconds(LOGGED_EVERY_SECONDS);
  private static final RetryPolicy RETRIES =
      RetryPolicy.between(Duration.ofMillis(250), Duration.ofSeconds(5)).withoutJitter();

  /** Lets time pass. */
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  private final Duration budget;
  private final String setting;
  private final InstantSource clock;
  private final Pause pause;

  StartRetries(Duration budget, String setting, InstantSource clock, Pause pause) {
    this.budget = budget;
    this.setting = setting;
    this.clock = clock;
    this.pause = pause;
  }

  /**
   * Returns a wait that uses the clock of the machine.
   *
   * @param budget maximum time from the start of the first attempt to the start of the last
   * @param setting name of the setting of the budget, as in {@code chroma.start-budget}
   */
  public static StartRetries of(Duration budget, String setting) {
    return new StartRetries(
        budget,
        setting,
        InstantSource.system(),
        duration -> TimeUnit.MILLISECONDS.sleep(duration.toMillis()));
  }

  /** Retries an attempt without a result; see {@link #until(Supplier)}. */
  public void until(Runnable attempt) {
    until(
        () -> {
          attempt.run();
          return null;
        });
  }

  /**
   * Retries an attempt until it no longer throws {@link Unready}, and returns its result.
   *
   * @throws InvalidSettings with the attempt's reasons if the budget is spent, or the thread is
   *     interrupted; any other exception of the attempt is thrown as it is
   */
  public <T> T until(Supplier<T> attempt) {
    Instant begin = clock.instant();
    Instant lastLogged = null;
    for (int retry = 1; ; retry++) {
      try {
        return attempt.get();
      } catch (Unready unready) {
        Instant now = clock.instant();
        Duration waited = Duration.between(begin, now);
        Duration wait = wait(unready, retry, budget.minus(waited));
        if (lastLogged == null || !now.isBefore(lastLogged.plus(LOGGED_EVERY))) {
          log(unready, waited);
          lastLogged = now;
        }
        sleep(wait, unready);
      }
    }
  }

  /**
   * Returns the time until the next attempt. The last attempt starts when the budget ends, even if
   * the server requests a longer wait.
   */
  private Duration wait(Unready unready, int retry, Duration left) {
    if (left.isNegative() || left.isZero()) {
      throw spent(unready);
    }
    Duration wanted = RETRIES.delay(retry, unready.atLeast(), ThreadLocalRandom.current());
    return wanted.compareTo(left) < 0 ? wanted : left;
  }

  private InvalidSettings spent(Unready unready) {
    if (budget.isZero()) {
      return new InvalidSettings(unready.reasons());
    }
    return new InvalidSettings(
        unready.reasons().stream()
            .map(reason -> "%s; waited for all of %s ('%s')".formatted(reason, budget, setting))
            .toList());
  }

  private void log(Unready unready, Duration waited) {
    LOG.warn(
        "Not ready; the job waits and retries. waited={} budget={} reason={}",
        waited.truncatedTo(ChronoUnit.SECONDS),
        budget,
        String.join("; ", unready.reasons()));
  }

  private void sleep(Duration wait, Unready unready) {
    try {
      pause.of(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InvalidSettings(
          unready.reasons().stream()
              .map(reason -> "Interrupted while waiting: " + reason)
              .toList());
    }
  }
}
