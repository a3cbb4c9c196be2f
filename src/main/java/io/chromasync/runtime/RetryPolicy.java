package io.chromasync.runtime;

import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Retry policy: exponential back-off with jitter, and a limit. Delays double from the first to the
 * longest. A part of each delay is random, so that calls that failed together are not retried
 * together.
 *
 * @param jitter random part of each delay, from 0 (none) to 1 (all of it)
 * @param retries maximum number of consecutive retries
 * @param budget maximum time from the beginning of the first attempt to the beginning of the last
 *     attempt; null = no limit
 */
public record RetryPolicy(
    Duration first, Duration longest, double jitter, int retries, Duration budget)
    implements Serializable {

  /** Doubles for about ten seconds, then retries every ten seconds, indefinitely. */
  public static final RetryPolicy STANDARD =
      between(Duration.ofMillis(200), Duration.ofSeconds(10));

  /** Standard delays for about four minutes in total. */
  public static final RetryPolicy FOUR_MINUTES = STANDARD.atMost(35);

  private static final int UNLIMITED = Integer.MAX_VALUE;

  /** More doublings would exceed any longest delay. */
  private static final int MOST_DOUBLINGS = 30;

  /** Creates a policy that retries indefinitely, with delays of which half is random. */
  public static RetryPolicy between(Duration first, Duration longest) {
    return new RetryPolicy(first, longest, 0.5, UNLIMITED, null);
  }

  /** Returns this policy with a maximum number of consecutive retries. */
  public RetryPolicy atMost(int limit) {
    return new RetryPolicy(first, longest, jitter, limit, budget);
  }

  /** Returns this policy with a maximum time. */
  public RetryPolicy within(Duration limit) {
    return new RetryPolicy(first, longest, jitter, retries, limit);
  }

  /** Returns this policy with another first delay. */
  public RetryPolicy startingAt(Duration delay) {
    return new RetryPolicy(delay, longest, jitter, retries, budget);
  }

  /** Returns this policy with delays of which nothing is random. */
  public RetryPolicy withoutJitter() {
    return new RetryPolicy(first, longest, 0, retries, budget);
  }

  /**
   * Returns the delay before a retry.
   *
   * @param retry 1 before the first retry
   */
  public Duration delay(int retry, RandomGenerator random) {
    int doublings = Math.min(Math.max(retry - 1, 0), MOST_DOUBLINGS);
    long full = Math.min(longest.toMillis(), first.toMillis() << doublings);
    long varied = (long) (full * jitter);
    return Duration.ofMillis(full - varied + random.nextLong(varied + 1));
  }

  /**
   * Returns the delay before a retry.
   *
   * @param atLeast minimum delay, as in a server's Retry-After header; may exceed the longest delay
   */
  public Duration delay(int retry, Duration atLeast, RandomGenerator random) {
    Duration delay = delay(retry, random);
    return delay.compareTo(atLeast) < 0 ? atLeast : delay;
  }

  /** Makes a call after a delay. */
  public static <T> CompletableFuture<T> later(
      Duration delay, Supplier<CompletableFuture<T>> call) {
    Executor after = CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS);
    return CompletableFuture.runAsync(() -> {}, after).thenCompose(nothing -> call.get());
  }

  /** Returns whether this number of consecutive errors exceeds the permitted retries. */
  public boolean isExhausted(int errors) {
    return errors > retries;
  }

  /**
   * Returns whether a retry may begin after the delay.
   *
   * @param elapsed time since the beginning of the first attempt
   */
  public boolean allows(Duration elapsed, Duration delay) {
    return budget == null || elapsed.plus(delay).compareTo(budget) <= 0;
  }
}
