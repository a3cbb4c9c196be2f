package io.chromasync.source.lineage;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * Lineage of a stream's shards: decides which shards may be read. Each shard is read once, and only
 * after its parents have ended.
 *
 * <p>A listing may be incomplete (<a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html">DescribeStream</a>
 * returns pages of a list that changes meanwhile), so absence alone proves nothing. A known shard
 * stays known. An unknown parent counts as trimmed only after several consecutive listings without
 * it ({@link ConsecutiveMisses}). In the same way, a stream that was switched off counts as read to
 * its end only after several listings.
 *
 * <p>A job may {@linkplain #move migrate} to another stream of the same table. Only the timestamp
 * from which the new stream is read depends on this lineage.
 *
 * <p>Reading may {@linkplain #replay restart}, once for each name of a replay.
 *
 * <p>A stream may {@linkplain #follow follow} another, as when a table's stream is switched off and
 * on again. Finished shards of the older stream are kept like those of the new stream, because a
 * shard of a failed reader may be returned.
 *
 * <p>Pure bookkeeping: timestamps are parameters, and nothing is called. Used by one thread.
 */
public final class Lineage {

  /** Value of {@link #emittedTo} while nothing is known to be emitted. */
  public static final long UNREAD = Long.MIN_VALUE;

  private final StartPosition start;
  private final ShardTable shards = new ShardTable();
  private String stream;
  private Long fromMillis;
  private long listedMillis;
  private GapTotal missing = GapTotal.NONE;
  private long roundUpMillis;
  private String replay;
  private ConsecutiveMisses over;
  private boolean gapSkipped;
  private boolean rewound;

  /**
   * Creates the lineage of a stream whose shards were never listed.
   *
   * @param stream ARN of the stream
   */
  public Lineage(String stream, StartPosition start) {
    this.stream = stream;
    this.start = start;
  }

  /** Restores a lineage from the state of a checkpoint. */
  public static Lineage restored(LineageState state, StartPosition start) {
    Lineage lineage = new Lineage(state.stream(), start);
    lineage.fromMillis = state.fromMillis();
    lineage.listedMillis = state.listedMillis();
    lineage.missing = state.missing();
    lineage.roundUpMillis = state.roundUpMillis();
    lineage.replay = state.replay();
    state.shards().forEach(lineage.shards::track);
    return lineage;
  }

  /** Returns the state for a checkpoint, as an immutable copy. */
  public LineageState state() {
    return new LineageState(
        stream, fromMillis, listedMillis, shards.all(), missing, roundUpMillis, replay);
  }

  /** Returns the ARN of the stream. */
  public String stream() {
    return stream;
  }

  /** Returns whether the shards were never listed: no record is guaranteed to be read yet. */
  public boolean isFresh() {
    return fromMillis == null;
  }

  /**
   * Marks a skipped gap: shards that first appear in the next listing start as in a first listing.
   */
  public void markGapSkipped() {
    gapSkipped = true;
  }

  /** Adds a gap that was skipped, by the enumerator or by a reader. */
  public void missed(long fromMillis, long toMillis) {
    missing = missing.and(fromMillis, toMillis);
  }

  /** Returns the total of the skipped gaps. */
  public GapTotal missing() {
    return missing;
  }

  /** Returns the last instant at which the stream was certainly switched on and watched. */
  public Instant listedAt() {
    return Instant.ofEpochMilli(listedMillis);
  }

  /**
   * Returns the later of {@link #listedAt} and the latest position read: a stream with records is
   * switched on.
   */
  public Instant watchedTo() {
    return Instant.ofEpochMilli(Math.max(listedMillis, shards.latestReadMillis(listedMillis)));
  }

  /**
   * Continues with the stream that replaced this stream, from its oldest record.
   *
   * @param since instant at which the new stream was switched on: no record is older
   */
  public void follow(String successor, Instant since) {
    stream = successor;
    fromMillis = Position.EVERYTHING;
    listedMillis = since.toEpochMilli();
    shards.forgetMissingParents();
    over = null;
  }

  /**
   * Returns the instant before which every change has been read; {@link Position#EVERYTHING} if
   * even the oldest records may be unread.
   */
  long readToMillis() {
    return shards.readToMillis(stream, listedMillis);
  }

  /**
   * Returns the instant before which changes count as made at the end of their minute; 0 = never.
   */
  public long roundUpMillis() {
    return roundUpMillis;
  }

  /**
   * Returns whether the next changes to read may still count as made at the end of their minute.
   */
  public boolean isRoundedUp() {
    return roundUpMillis != 0 && readToMillis() < roundUpMillis;
  }

  /** Continues in the middle of another stream, and drops the shards of this stream. */
  public void move(StreamMigration to) {
    stream = to.stream();
    fromMillis = to.fromMillis();
    listedMillis = to.readToMillis();
    roundUpMillis = to.roundUpMillis();
    shards.clear();
    over = null;
  }

  /**
   * Returns the creation time from which records count; {@link Position#EVERYTHING} = from the
   * oldest.
   */
  public long fromMillis() {
    return fromMillis;
  }

  /** Returns the name of the last replay that was started, or null. */
  public String replay() {
    return replay;
  }

  /**
   * Restarts reading at the start position, or at the current position if that is earlier: a replay
   * reads some changes twice, and skips none. A fresh lineage starts there anyway.
   */
  public void replay(String name) {
    replay = name;
    if (isFresh()) {
      return;
    }
    long readTo = readToMillis();
    // After a migration without a listing, reading starts before that position already.
    long unread = shards.isEmpty() ? fromMillis : toMinute(readTo);
    fromMillis = Math.min(start.fromMillis(listedAt()), unread);
    if (readTo != Position.EVERYTHING) {
      listedMillis = Math.min(listedMillis, readTo);
    }
    shards.clear();
    over = null;
    rewound = true;
  }

  /**
   * Rounds down to the minute: creation times are rounded down too, to the minute at most ({@link
   * StartPosition#fromMillis}).
   */
  private static long toMinute(long millis) {
    return millis == Position.EVERYTHING
        ? millis
        : Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.MINUTES).toEpochMilli();
  }

  /**
   * Returns whether the stream is switched off, certainly has no unknown shards, and is read
   * completely.
   */
  public boolean isOver() {
    return over != null && over.isProof();
  }

  /**
   * Returns whether a split belongs to the stream, or to an older stream whose shard is still
   * tracked.
   */
  public boolean knows(ShardSplit split) {
    return split.stream().equals(stream) || shards.contains(split.splitId(), split.stream());
  }

  /**
   * Applies a listing. The first listing of all pins the creation time from which records count.
   * With {@link StartPosition#LATEST} it also skips the shards that were closed before it.
   *
   * @param now time of the response, or later
   */
  public void listed(StreamResponse.Shards listing, Instant now) {
    boolean first = isFresh();
    if (first) {
      fromMillis = start.fromMillis(now);
    }
    Position position = ofNewShards(first, now);
    if (first || listing.live()) {
      listedMillis = now.toEpochMilli();
    }
    for (Shard shard : listing.shards()) {
      // A shard of an older stream may have the same name.
      if (!shards.contains(shard.id(), stream)) {
        ShardSplit split = ShardSplit.unread(stream, shard, position, roundUpMillis);
        boolean past = first && start.skipsClosed(now) && listing.closed().contains(shard.id());
        returned(past ? split.asFinished() : split, now);
      }
    }
    gapSkipped = false;
    rewound = false;
    shards.listed(listing, now);
    boolean ends = !listing.live() && shards.isExhausted();
    over = ends ? ConsecutiveMisses.of(over, now) : null;
  }

  /**
   * Returns the instant up to which every record of the stream has been emitted, in milliseconds
   * since the epoch; {@link #UNREAD} if that is unknown.
   *
   * <p>An unknown shard needs no allowance, although listings are a minute apart: it descends from
   * a known shard, and has no record before that shard ends. A shard that has ended holds the
   * instant until a child is listed. A stream that was switched off holds it: changes are made
   * unseen.
   *
   * @param reported instants up to which readers have emitted shards
   */
  public long emittedTo(Map<String, Long> reported, Instant now) {
    return isFresh() || isOver() ? UNREAD : shards.emittedTo(stream, reported, now);
  }

  private Position ofNewShards(boolean first, Instant now) {
    if (first) {
      return Position.start(fromMillis, start.guaranteedFrom(now));
    }
    if (rewound && !gapSkipped) {
      // Records that may be trimmed meanwhile were read before the replay.
      return Position.start(fromMillis, listedAt());
    }
    return gapSkipped ? Position.start(fromMillis, now) : Position.born(fromMillis, listedAt());
  }

  /**
   * Returns the unassigned shards whose parents have ended. If an unread shard of an older stream
   * was returned, the shards of the new stream wait for it as for a parent.
   */
  public List<ShardSplit> assignable() {
    return shards.assignable(stream);
  }

  /**
   * Returns the number of unassigned shards, which wait for readers or for the ends of their
   * parents.
   */
  public int waiting() {
    return shards.waiting();
  }

  /** Marks a shard as assigned to a reader. */
  public void assigned(ShardSplit split) {
    shards.assigned(split);
  }

  /**
   * Takes a shard back with the position reached, after a failure of a reader or of the whole job.
   */
  public void returned(ShardSplit split, Instant now) {
    if (split.finished()) {
      shards.finished(split, now);
    } else {
      shards.waiting(split);
    }
  }

  /**
   * Marks a shard as read to its end; a shard that is not (or no longer) known stays unknown.
   *
   * @param lastMillis creation time of its last record: its children have no older record
   */
  public void ended(String shard, long lastMillis, Instant now) {
    shards.ended(shard, lastMillis, now);
  }

  /**
   * Returns whether the next listing should come soon: a shard may be missing by accident, or a
   * shard has just ended and its children are not listed yet.
   */
  public boolean isUnsettled(Instant now) {
    return (over != null && !over.isProof()) || shards.isUnsettled(now);
  }
}
