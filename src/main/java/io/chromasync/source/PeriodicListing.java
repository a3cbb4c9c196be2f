package io.chromasync.source;

import io.chromasync.source.lineage.Lineage;
import io.chromasync.source.lineage.StreamResponse;
import io.chromasync.source.lineage.StreamResponse.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Periodic listing of the shards, retried after errors. {@link ListingPace} decides when a listing
 * is due.
 *
 * <p>Used by the coordinator's thread, except {@link #listIfDue}, which its worker calls.
 */
final class PeriodicListing {

  private static final Logger LOG = LoggerFactory.getLogger(PeriodicListing.class);

  /**
   * Listing of a stream that no longer exists, because it was switched off a day ago. Its readers
   * detect by themselves that their shards are gone.
   */
  private static final StreamResponse.Shards NOTHING =
      new StreamResponse.Shards(List.of(), Set.of(), false);

  private final Lineage lineage;
  private final StreamTransitions transitions;
  private final ReadingRules rules;
  private final ListingPace pace;

  /** Time of the last listing or, before the first listing, of the start. */
  private volatile long listedMillis;

  PeriodicListing(
      Lineage lineage, StreamTransitions transitions, ReadingRules rules, MetricGroup group) {
    this.lineage = lineage;
    this.transitions = transitions;
    this.rules = rules;
    this.pace = new ListingPace(rules.pace());
    this.listedMillis = rules.clock().millis();
    group.gauge("listing_age_ms", (Gauge<Long>) this::ageMillis);
  }

  /** Lists the shards if a listing is due; returns null otherwise. */
  StreamResponse listIfDue() {
    boolean due = !transitions.isMigrating() && pace.isDue(now());
    return due ? transitions.client().shards().join() : null;
  }

  /**
   * Returns the listing of a response, or null if there is none: the next one is scheduled then.
   *
   * @param response response of {@link #listIfDue}; may be null
   * @param error exception thrown by it, or null
   * @throws IllegalStateException if no retry can succeed
   */
  StreamResponse.Shards shards(StreamResponse response, Throwable error) {
    if (error != null) {
      throw new IllegalStateException(
          "Listing the shards of " + lineage.stream() + " broke", error);
    }
    if (response instanceof StreamResponse.Shards listing) {
      pace.answered();
      listedMillis = now().toEpochMilli();
      return listing;
    }
    return response instanceof StreamResponse.Refused refused ? afterError(refused) : null;
  }

  private StreamResponse.Shards afterError(StreamResponse.Refused refused) {
    int attempt = pace.countError(refused.reason());
    if (refused.reason() == Reason.GONE && pace.isGoneAtLast() && !lineage.isFresh()) {
      return NOTHING;
    }
    if (pace.isHopeless(refused.reason())) {
      throw new IllegalStateException(
          "The shards of stream %s cannot be listed (attempt %s, %s): %s"
              .formatted(lineage.stream(), attempt, refused.reason(), refused.detail()),
          refused.cause());
    }
    Duration pause = pace.again(attempt, now());
    LOG.warn(
        "Shards not listed, retrying: stream={} reason={} attempt={} pause={} detail={}",
        lineage.stream(),
        refused.reason(),
        attempt,
        pause,
        refused.detail());
    return null;
  }

  /** Schedules the listing after a successful listing. */
  void next() {
    pace.next(lineage.isUnsettled(now()), now());
  }

  /** Schedules a listing at once, because the lineage has changed. */
  void hurry() {
    pace.hurry(now());
  }

  /** Schedules a listing at once, because another stream is read from now on. */
  void restart() {
    pace.answered();
    pace.hurry(now());
  }

  private long ageMillis() {
    return Math.max(0, rules.clock().millis() - listedMillis);
  }

  private Instant now() {
    return rules.clock().instant();
  }
}
