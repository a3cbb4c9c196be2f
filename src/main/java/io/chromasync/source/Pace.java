package io.chromasync.source;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * How often the stream is asked. Not a setting: these numbers follow from the API. Times between
 * two calls of a shard count from the start of the first.
 *
 * @param atTip the time to the next call after a page that reached the shard's tip. Four calls a
 *     second and shard, as <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.Lambda.html">Lambda
 *     polls</a>
 * @param behind the time to the next call after a page that is not full, though its records are
 *     old: there may be more, but hardly much, and where times are coarse there is none
 * @param tick how often the enumerator looks whether shards are to be listed
 * @param listing the time between two listings when nothing calls for one earlier
 * @param backoff what to do when refused
 */
record Pace(Duration atTip, Duration behind, Duration tick, Duration listing, Backoff backoff)
    implements Serializable {

  static final Pace STANDARD =
      new Pace(
          Duration.ofMillis(250),
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          Backoff.STANDARD);

  /** A page that ends with a record older than this is not the tip. */
  private static final Duration NEAR_TIP = Duration.ofSeconds(2);

  /** The time to the next call after this page; zero if only limits hold it back. */
  Duration afterPage(Answer.Page page, Instant now) {
    if (page.millisBehind() != null) {
      return page.millisBehind() > 0 ? Duration.ZERO : atTip;
    }
    if (page.full()) {
      return Duration.ZERO;
    }
    if (page.records().isEmpty()) {
      return atTip;
    }
    ShardRecord last = page.records().get(page.records().size() - 1);
    return last.createdMillis() < now.minus(NEAR_TIP).toEpochMilli() ? behind : atTip;
  }

  /**
   * The pause after a throttled call. Where a limit is known it came a little early, so the pause
   * starts with half of the time between two calls; else with the back-off's own.
   *
   * @param attempt 1 for the first in a row
   * @param interval between two calls of the shard; zero if no limit is known
   */
  Duration afterThrottled(int attempt, Duration interval, RandomGenerator random) {
    Duration half = interval.dividedBy(2);
    Duration first = half.toMillis() > 0 ? half : backoff.first();
    return new Backoff(first, backoff.longest(), backoff.attempts()).pause(attempt, random);
  }
}
