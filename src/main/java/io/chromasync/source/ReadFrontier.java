package io.chromasync.source;

import io.chromasync.source.lineage.Lineage;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Instant up to which all changes of a stream have been emitted: the minimum over all shards, less
 * the delivery margin. It never goes back, except that it is sent again after a reader restarts.
 *
 * <p>Readers report how far they have emitted each shard. A shard without a report counts with the
 * position at which it was assigned, or waits ({@link Lineage#emittedTo}).
 *
 * <p>Plain bookkeeping, used by one thread.
 */
final class ReadFrontier {

  private final Duration margin;
  private final Map<String, Long> reported = new HashMap<>();
  private long sent = Long.MIN_VALUE;

  /**
   * @param margin maximum delay with which a change becomes readable after its event time
   */
  ReadFrontier(Duration margin) {
    this.margin = margin;
  }

  /**
   * Takes a report.
   *
   * @param isOwned true for the shards that are assigned to the reader: an old report of another
   *     reader says nothing
   */
  void report(Map<String, Long> millis, Predicate<String> isOwned) {
    millis.forEach(
        (shard, to) -> {
          if (isOwned.test(shard)) {
            reported.merge(shard, to, Math::max);
          }
        });
  }

  /** Drops the report of a shard, which has ended or is read from an earlier position. */
  void forget(String shard) {
    reported.remove(shard);
  }

  /** Drops the reports of some shards, whose reader restarts and has nothing of what was sent. */
  void restart(Predicate<String> shards) {
    reported.keySet().removeIf(shards);
    sent = Long.MIN_VALUE;
  }

  /** Returns the instant to send to all readers; null if it has not advanced. */
  Long next(Lineage lineage, Instant now) {
    long to = lineage.emittedTo(reported, now);
    if (to == Lineage.UNREAD || to - margin.toMillis() <= sent) {
      return null;
    }
    sent = to - margin.toMillis();
    return sent;
  }
}
