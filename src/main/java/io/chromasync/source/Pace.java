package io.chromasync.source;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * How often the stream is asked. Not a setting: these numbers follow from the API.
 *
 * @param atTip the pause of a shard after a page that reached its tip. Four calls a second and
 *     shard, as <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.Lambda.html">Lambda
 *     polls</a>
 * @param tick how often the enumerator looks whether shards are to be listed
 * @param listing the time between two listings when nothing calls for one earlier
 * @param backoff what to do when refused
 */
record Pace(Duration atTip, Duration tick, Duration listing, Backoff backoff)
    implements Serializable {

  static final Pace STANDARD =
      new Pace(
          Duration.ofMillis(250), Duration.ofSeconds(1), Duration.ofMinutes(1), Backoff.STANDARD);

  /** A page that ends with a record older than this is not the tip, so the next follows at once. */
  private static final Duration NEAR_TIP = Duration.ofSeconds(2);

  /** The pause of a shard after a page of it. */
  Duration pauseAfter(Answer.Page page, Instant now) {
    if (page.millisBehind() != null) {
      return page.millisBehind() > 0 ? Duration.ZERO : atTip;
    }
    if (page.records().isEmpty()) {
      return atTip;
    }
    ShardRecord last = page.records().get(page.records().size() - 1);
    boolean behind = last.createdMillis() < now.minus(NEAR_TIP).toEpochMilli();
    return page.full() || behind ? Duration.ZERO : atTip;
  }
}
