package io.chromasync.source;

import java.time.Duration;
import java.time.Instant;

/**
 * Listings that say the same: how many in a row, and when the first and the last. Absence proves
 * nothing by itself (see {@link Lineage}), only often enough and for long enough.
 */
record InARow(int listings, Instant first, Instant last) {

  /** In how many listings in a row something must be missing before it is taken for gone. */
  static final int MISSES = 3;

  /** And for how long: listings that follow at once may lack the same shard. */
  static final Duration MISSING = Duration.ofSeconds(30);

  /** One more, after those before, of which there may be none (null). */
  static InARow of(InARow before, Instant now) {
    return before == null
        ? new InARow(1, now, now)
        : new InARow(before.listings + 1, before.first, now);
  }

  boolean isProof() {
    return listings >= MISSES && !last.isBefore(first.plus(MISSING));
  }
}
