package io.chromasync.source;

import io.chromasync.source.lineage.Gap;
import io.chromasync.source.lineage.GapGauge;
import io.chromasync.source.lineage.GapPolicy;
import io.chromasync.source.lineage.Lineage;
import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.StreamGap;
import io.chromasync.source.lineage.StreamMigration;
import io.chromasync.source.lineage.StreamResponse;
import java.time.Instant;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transitions of a {@link Lineage} from the stream of the restored state to the configured stream,
 * with the client of the stream that is being read.
 *
 * <p>The restored state may belong to an older stream of the table, if the stream was switched off
 * and on again. The settings then name the new stream, and the changes made in between are in no
 * stream: a {@link Gap}. If the gap is skipped, the old stream is read to its end, while AWS
 * retains it. Then the new stream is read from its oldest record. The table's stream is looked up
 * at start only: if it is switched off while the job runs, the gap lasts until the job is restarted
 * from its savepoint.
 *
 * <p>The restored state may also belong to a stream with the same changes, if the old or the new
 * stream is a Kinesis stream. The job then {@linkplain StreamMigration migrates} once all readers
 * have reported their positions in the old stream, and never reads the old stream again.
 *
 * <p>Used by the coordinator's thread, except {@link #client} and {@link #isMigrating}.
 */
final class StreamTransitions implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StreamTransitions.class);

  private final Lineage lineage;
  private final ShardStream.Factory streams;
  private final ReadingRules rules;
  private final GapPolicy gaps;
  private final GapGauge gapGauge;

  /** True until the migration to another stream with the same changes is done. */
  private volatile boolean migrating;

  /** Client of the stream. It is replaced only between two listings, which run in the worker. */
  private volatile ShardStream client;

  StreamTransitions(
      Lineage lineage, ShardStream.Factory streams, ReadingRules rules, MetricGroup group) {
    this.lineage = lineage;
    this.streams = streams;
    this.rules = rules;
    this.gaps = new GapPolicy(rules.onGap(), group.counter("gaps"));
    this.gapGauge = new GapGauge(lineage.missing());
    this.migrating = isLeaving() && !streams.follows(lineage.stream());
    this.client = streams.open(migrating ? rules.stream() : lineage.stream());
    group.gauge("gap_ms", (Gauge<Long>) () -> gapGauge.millis(now()));
  }

  /** Returns the client of the stream to list. */
  ShardStream client() {
    return client;
  }

  /** Returns whether a migration is due, before which nothing is listed or assigned. */
  boolean isMigrating() {
    return migrating;
  }

  @Override
  public void close() {
    client.close();
  }

  /**
   * Checks for a gap at start: the settings may name another stream than the state, or the job may
   * resume from a point that the retention no longer covers.
   */
  void checkForGap() {
    if (migrating) {
      return;
    }
    if (isLeaving()) {
      gaps.check(betweenStreams());
      LOG.warn("Reading the old stream to its end first: stream={}", lineage.stream());
      return;
    }
    Instant known = lineage.isFresh() ? rules.start().timestamp() : lineage.listedAt();
    Instant retainedSince = client.limits().retainedSince(now());
    if (known != null && known.isBefore(retainedSince)) {
      skip(Gap.beyond(client.limits().retention(), rules.stream(), known, retainedSince));
      lineage.markGapSkipped();
    }
  }

  /** Adds a gap that was skipped, here or by a reader. */
  void gapSkipped(long fromMillis, long toMillis) {
    lineage.missed(fromMillis, toMillis);
    gapGauge.missing(lineage.missing());
  }

  /**
   * Applies a listing to the lineage, and handles the end of its stream.
   *
   * @return true if the stream has ended and the configured stream follows
   * @throws StreamGap if the stream of the state is not the configured stream, and is switched on
   */
  boolean listed(StreamResponse.Shards listing) {
    if (isLeaving() && listing.live()) {
      throw new StreamGap(
          ("The state is of stream %s, which is still switched on, but the settings mean stream %s."
                  + " Set 'source.table' or 'source.stream-arn' to the stream of the state, or"
                  + " switch that stream off, or start without state.")
              .formatted(lineage.stream(), rules.stream()));
    }
    lineage.listed(listing, now());
    if (!lineage.isOver()) {
      gapGauge.resumed();
      return false;
    }
    if (isLeaving()) {
      follow();
      return true;
    }
    markEnd();
    return false;
  }

  /**
   * Marks the end of a stream that was switched off: it ends without an error, while the table
   * keeps changing.
   */
  private void markEnd() {
    if (!gapGauge.isOver()) {
      gaps.found(Gap.afterEnd(rules.stream(), lineage.watchedTo(), now()));
      gapGauge.over(lineage.watchedTo());
    }
  }

  private void follow() {
    Gap gap = betweenStreams();
    skip(gap);
    lineage.follow(rules.stream(), gap.to());
    if (!gap.to().equals(streams.made(rules.stream()))) {
      lineage.markGapSkipped();
    }
    client.close();
    client = streams.open(rules.stream());
  }

  /**
   * Migrates to the configured stream, after all readers have reported their positions in the old
   * stream.
   */
  void migrate() {
    requireEndOfLastMigration();
    String old = lineage.stream();
    StreamMigration move =
        StreamMigration.of(lineage, rules.stream(), streams.roundsTimes(), now());
    Instant reaches = reachOfStream();
    boolean gap = move.guaranteesBefore(reaches);
    if (gap) {
      skip(Gap.beforeMove(old, move, reaches));
    }
    lineage.move(move);
    if (gap || move.guaranteesNothing()) {
      lineage.markGapSkipped();
    }
    migrating = false;
    LOG.info(
        "Migrated to another stream; deletes since readAgainFrom are applied again: from={} to={}"
            + " readTo={} readAgainFrom={}",
        old,
        move.stream(),
        Position.instant(move.readToMillis()),
        Position.instant(move.fromMillis()));
  }

  private void requireEndOfLastMigration() {
    if (lineage.isRoundedUp()) {
      throw new StreamGap(
          ("The state is of stream %s. The migration to that stream is not complete until it is"
                  + " read beyond %s, so the job cannot migrate to stream %s yet. Start the job"
                  + " with the stream of the state, and stop it again when it has read changes made"
                  + " after that instant.")
              .formatted(
                  lineage.stream(), Instant.ofEpochMilli(lineage.roundUpMillis()), rules.stream()));
    }
  }

  /** Returns whether the state belongs to another stream than the settings name. */
  private boolean isLeaving() {
    return !lineage.stream().equals(rules.stream());
  }

  /**
   * Returns the gap between two streams of the table: the time without a stream, and the changes
   * that the new stream has trimmed already.
   */
  private Gap betweenStreams() {
    Instant made = streams.made(rules.stream());
    Instant retainedSince = client.limits().retainedSince(now());
    Instant known = made == null ? now() : made;
    Instant to = known.isBefore(retainedSince) ? retainedSince : known;
    return Gap.between(lineage.stream(), rules.stream(), lineage.watchedTo(), to);
  }

  /** Returns the instant since when the configured stream has every change, as far as is known. */
  private Instant reachOfStream() {
    Instant made = streams.made(rules.stream());
    Instant retainedSince = client.limits().retainedSince(now());
    return made == null || made.isBefore(retainedSince) ? retainedSince : made;
  }

  private void skip(Gap gap) {
    gaps.found(gap);
    gapSkipped(gap.from().toEpochMilli(), gap.to().toEpochMilli());
  }

  private Instant now() {
    return rules.clock().instant();
  }
}
