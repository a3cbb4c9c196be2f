package io.chromasync.source;

import io.chromasync.runtime.RetryPolicy;
import io.chromasync.source.lineage.ShardRecord;
import io.chromasync.source.lineage.StreamResponse;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * Intervals between calls to the stream. They are constants, not settings, because they follow from
 * the API. The interval between two calls for a shard counts from the start of the first call.
 *
 * @param atTip interval after a page that reached the tip of the shard: four calls a second and
 *     shard, as <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.Lambda.html">Lambda
 *     polls</a>
 * @param behind interval after a page that is not full although its records are old: few more
 *     records can follow, and none if timestamps are coarse
 * @param tick interval at which the enumerator checks whether a listing is due
 * @param listing interval between two listings, unless an event requires an earlier listing
 * @param backoff retry policy after an error; throttled calls are retried indefinitely
 */
record PollIntervals(
    Duration atTip, Duration behind, Duration tick, Duration listing, RetryPolicy backoff)
    implements Serializable {

  static final PollIntervals STANDARD =
      new PollIntervals(
          Duration.ofMillis(250),
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          RetryPolicy.FOUR_MINUTES);

  /** Maximum age of the last record of a page at the tip. */
  private static final Duration NEAR_TIP = Duration.ofSeconds(2);

  /** Returns the interval to the next call after this page; zero if only limits delay it. */
  Duration afterPage(StreamResponse.Page page, Instant now) {
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
   * Returns the pause after a throttled call. If a limit is known, the call was only slightly
   * early, so pauses start with half of the interval between two calls. Otherwise they start with
   * the first pause of the back-off.
   *
   * @param attempt 1 for the first of consecutive throttled calls
   * @param interval interval between two calls for the shard; zero if no limit is known
   */
  Duration afterThrottled(int attempt, Duration interval, RandomGenerator random) {
    Duration half = interval.dividedBy(2);
    Duration first = half.toMillis() > 0 ? half : backoff.first();
    return backoff.startingAt(first).delay(attempt, random);
  }
}
