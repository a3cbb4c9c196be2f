package io.chromasync.source.lineage;

import java.time.Duration;
import java.time.Instant;

/**
 * Consecutive listings with the same absence: their number, and the times of the first and the last
 * listing. Absence alone proves nothing (see {@link Lineage}), unless it is observed often enough
 * and for long enough.
 */
record ConsecutiveMisses(int listings, Instant first, Instant last) {

  /** Minimum number of consecutive listings that prove an absence. */
  static final int MISSES = 3;

  /**
   * Minimum time between the first and the last of these listings, as listings in quick succession
   * may lack the same shard.
   */
  static final Duration MISSING = Duration.ofSeconds(30);

  /** Adds a listing to the earlier misses, which may be null. */
  static ConsecutiveMisses of(ConsecutiveMisses before, Instant now) {
    return before == null
        ? new ConsecutiveMisses(1, now, now)
        : new ConsecutiveMisses(before.listings + 1, before.first, now);
  }

  boolean isProof() {
    return listings >= MISSES && !last.isBefore(first.plus(MISSING));
  }
}
