package io.chromasync.source;

import io.chromasync.source.LineageState.Status;
import io.chromasync.source.LineageState.TrackedShard;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which shard may be read when: every shard once, and none before its parents have ended.
 *
 * <p>A listing may lack shards (<a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html">DescribeStream</a>
 * answers in pages, from a picture that changes meanwhile), so absence proves nothing by itself: a
 * shard that is known stays known, and an unknown parent counts as trimmed, a stream that is
 * switched off as read to its end, only after some listings in a row that say so ({@link InARow}).
 *
 * <p>A job may {@linkplain #move move} to another stream of the same table, of which nothing but
 * the moment since when it is read has to do with this one.
 *
 * <p>Reading may {@linkplain #replay begin again}, once for each name that is given to it.
 *
 * <p>A stream may {@linkplain #follow follow} another, as when a table's stream is switched off and
 * on again. The finished shards of the one before are remembered like others, so that a reader that
 * failed can give one back.
 *
 * <p>Pure bookkeeping: time is given, nothing is called. Used by one thread.
 */
final class Lineage {

  /** How long a finished shard is remembered, so that one still listed is not read again. */
  static final Duration MEMORY = Duration.ofDays(2);

  /** How long the children of a finished shard are looked for with haste. */
  private static final Duration HASTE = Duration.ofMinutes(5);

  private final Start start;
  private final Map<String, TrackedShard> shards = new TreeMap<>();
  private final MissingParents missingParents = new MissingParents();
  private String stream;
  private Long fromMillis;
  private long listedMillis;
  private MissingTime missing = MissingTime.NONE;
  private long roundUpMillis;
  private String replay;
  private InARow over;
  private boolean passed;
  private boolean rewound;

  Lineage(String stream, Start start) {
    this.stream = stream;
    this.start = start;
  }

  static Lineage restored(LineageState state, Start start) {
    Lineage lineage = new Lineage(state.stream(), start);
    lineage.fromMillis = state.fromMillis();
    lineage.listedMillis = state.listedMillis();
    lineage.missing = state.missing();
    lineage.roundUpMillis = state.roundUpMillis();
    lineage.replay = state.replay();
    state.shards().forEach(lineage::track);
    return lineage;
  }

  LineageState state() {
    return new LineageState(
        stream,
        fromMillis,
        listedMillis,
        List.copyOf(shards.values()),
        missing,
        roundUpMillis,
        replay);
  }

  String stream() {
    return stream;
  }

  /** Whether no shard was ever listed: nothing is promised yet. */
  boolean isFresh() {
    return fromMillis == null;
  }

  /** A gap is skipped: the shards that the next listing brings begin like those of a first one. */
  void passes() {
    passed = true;
  }

  /** A gap was skipped, here or by a reader. */
  void missed(long fromMillis, long toMillis) {
    missing = missing.and(fromMillis, toMillis);
  }

  /** The gaps that were skipped. */
  MissingTime missing() {
    return missing;
  }

  /** Until when the stream was surely on, and watched. */
  Instant listedAt() {
    return Instant.ofEpochMilli(listedMillis);
  }

  /** The same, also by what was read: a stream that has records is on. */
  Instant watchedTo() {
    long read =
        shards.values().stream()
            .mapToLong(shard -> shard.split().position().readToMillis())
            .max()
            .orElse(listedMillis);
    return Instant.ofEpochMilli(Math.max(listedMillis, read));
  }

  /**
   * Goes on with a stream that took the place of this one, from its oldest record.
   *
   * @param since when it was switched on: no record is older
   */
  void follow(String successor, Instant since) {
    stream = successor;
    fromMillis = Position.EVERYTHING;
    listedMillis = since.toEpochMilli();
    missingParents.clear();
    over = null;
  }

  /**
   * Whatever changed before this moment has been read; {@link Position#EVERYTHING} if even the
   * oldest records may be unread. Behind a shard that is not read to its end is nothing that is
   * older.
   */
  long readToMillis() {
    Set<String> parents = new HashSet<>();
    shards.values().forEach(shard -> parents.addAll(shard.split().shard().parents()));
    return shards.values().stream()
        .filter(shard -> shard.split().stream().equals(stream))
        .filter(
            shard ->
                shard.status() == Status.FINISHED
                    ? !parents.contains(shard.split().splitId())
                    : shard.split().shard().parents().stream().noneMatch(this::isUnfinished))
        .mapToLong(Lineage::readToMillis)
        .min()
        .orElse(listedMillis);
  }

  private boolean isUnfinished(String shard) {
    TrackedShard known = shards.get(shard);
    return known != null && known.status() != Status.FINISHED;
  }

  /** Of a shard that owes nothing yet, only what is to be passed over is behind us. */
  private static long readToMillis(TrackedShard shard) {
    Position position = shard.split().position();
    boolean unread = shard.status() != Status.FINISHED && position.isStart() && !position.owed();
    return unread ? position.fromMillis() : position.readToMillis();
  }

  /** Changes made before this moment count as made at the end of their minute; 0 = none do. */
  long roundUpMillis() {
    return roundUpMillis;
  }

  /** Whether what is to be read next may still count as made at the end of its minute. */
  boolean isRoundedUp() {
    return roundUpMillis != 0 && readToMillis() < roundUpMillis;
  }

  /** Goes on with another stream in the middle, and forgets the shards of this one. */
  void move(Move to) {
    stream = to.stream();
    fromMillis = to.fromMillis();
    listedMillis = to.readToMillis();
    roundUpMillis = to.roundUpMillis();
    shards.clear();
    missingParents.clear();
    over = null;
  }

  /** Where records begin to count; {@link Position#EVERYTHING} = with the oldest. */
  long fromMillis() {
    return fromMillis;
  }

  /** The name of the last replay that was begun, or null. */
  String replay() {
    return replay;
  }

  /**
   * Begins again where the start says, or where reading stands if that is earlier: a replay reads
   * some twice, and passes over nothing. A lineage that is fresh begins there anyway.
   */
  void replay(String name) {
    replay = name;
    if (isFresh()) {
      return;
    }
    long readTo = readToMillis();
    // One that was moved to begins before that already.
    long unread = shards.isEmpty() ? fromMillis : toMinute(readTo);
    fromMillis = Math.min(start.fromMillis(listedAt()), unread);
    if (readTo != Position.EVERYTHING) {
      listedMillis = Math.min(listedMillis, readTo);
    }
    shards.clear();
    missingParents.clear();
    over = null;
    rewound = true;
  }

  /** Creation times are floored, at most to minutes: {@link Start#fromMillis}. */
  private static long toMinute(long millis) {
    return millis == Position.EVERYTHING
        ? millis
        : Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.MINUTES).toEpochMilli();
  }

  /** Whether the stream is switched off, surely has no unknown shards, and all others are read. */
  boolean isOver() {
    return over != null && over.isProof();
  }

  /** Whether a split is of the stream, or was when another one was read. */
  boolean knows(ShardSplit split) {
    TrackedShard known = shards.get(split.splitId());
    return split.stream().equals(stream)
        || (known != null && known.split().stream().equals(split.stream()));
  }

  /**
   * Takes in what the stream lists. The first listing ever pins where records begin to count, and
   * {@link Start#LATEST} passes over what was closed before it.
   *
   * @param now not before the listing came
   */
  void listed(Answer.Shards listing, Instant now) {
    boolean first = isFresh();
    if (first) {
      fromMillis = start.fromMillis(now);
    }
    Position position = ofNewShards(first, now);
    if (first || listing.live()) {
      listedMillis = now.toEpochMilli();
    }
    for (Shard shard : listing.shards()) {
      if (isNew(shard)) {
        ShardSplit split = ShardSplit.unread(stream, shard, position, roundUpMillis);
        boolean past =
            first && start.passesOverClosed(now) && listing.closed().contains(shard.id());
        track(past ? finished(split, now) : waiting(split));
      }
    }
    passed = false;
    rewound = false;
    countMissingParents(now);
    boolean ends = !listing.live() && isExhausted();
    over = ends ? InARow.of(over, now) : null;
    forgetOld(listing, now);
  }

  private Position ofNewShards(boolean first, Instant now) {
    if (first) {
      return Position.start(fromMillis, start.owedFrom(now));
    }
    if (rewound && !passed) {
      // What may be trimmed meanwhile has been read before.
      return Position.start(fromMillis, listedAt());
    }
    return passed ? Position.start(fromMillis, now) : Position.born(fromMillis, listedAt());
  }

  /** Also if the stream before had one of that name. */
  private boolean isNew(Shard shard) {
    TrackedShard known = shards.get(shard.id());
    return known == null || !known.split().stream().equals(stream);
  }

  /**
   * The shards that nobody reads and whose parents have ended. Those of a stream that follows
   * another wait while one of the other is given back, as if it were their parent.
   */
  List<ShardSplit> assignable() {
    boolean waits = shards.values().stream().anyMatch(this::isUnreadOfBefore);
    return shards.values().stream()
        .filter(shard -> shard.status() == Status.WAITING)
        .map(TrackedShard::split)
        .filter(split -> !waits || !split.stream().equals(stream))
        .filter(split -> split.shard().parents().stream().allMatch(this::hasEnded))
        .toList();
  }

  private boolean isUnreadOfBefore(TrackedShard shard) {
    return shard.status() != Status.FINISHED && !shard.split().stream().equals(stream);
  }

  /** How many shards nobody reads, for lack of readers or of their parents' ends. */
  int waiting() {
    return (int) shards.values().stream().filter(shard -> shard.status() == Status.WAITING).count();
  }

  void assigned(ShardSplit split) {
    track(new TrackedShard(split, Status.ASSIGNED, 0));
  }

  /** Takes a shard back with the position reached, after a reader or the whole job failed. */
  void returned(ShardSplit split, Instant now) {
    track(split.finished() ? finished(split, now) : waiting(split));
  }

  /**
   * A shard was read to its end. One that is not known (any more) is none of our business.
   *
   * @param lastMillis when its last record was created: its children have none from before
   */
  void ended(String shard, long lastMillis, Instant now) {
    shards.computeIfPresent(
        shard,
        (id, known) -> {
          ShardSplit split = known.split();
          return finished(split.at(split.position().readTo(lastMillis)), now);
        });
    List<ShardSplit> children =
        shards.values().stream()
            .filter(known -> known.status() == Status.WAITING)
            .map(TrackedShard::split)
            .filter(split -> split.shard().parents().contains(shard))
            .filter(split -> split.position().isStart())
            .toList();
    children.forEach(child -> track(waiting(child.at(child.position().readTo(lastMillis)))));
  }

  /**
   * Whether the next listing should come soon: a shard may be missing by accident, or one has just
   * ended and its children are not known yet.
   */
  boolean isUnsettled(Instant now) {
    if (missingParents.isDoubtful() || (over != null && !over.isProof())) {
      return true;
    }
    Set<String> parents = new HashSet<>();
    shards.values().forEach(shard -> parents.addAll(shard.split().shard().parents()));
    long hasty = now.minus(HASTE).toEpochMilli();
    return shards.values().stream()
        .anyMatch(
            shard ->
                shard.status() == Status.FINISHED
                    && shard.finishedMillis() >= hasty
                    && !parents.contains(shard.split().splitId()));
  }

  /** Whether there is nothing left to read, now or later, unless new shards appear. */
  boolean isExhausted() {
    return shards.values().stream().allMatch(shard -> shard.status() == Status.FINISHED);
  }

  private boolean hasEnded(String parent) {
    TrackedShard known = shards.get(parent);
    return known == null ? missingParents.isGone(parent) : known.status() == Status.FINISHED;
  }

  private void countMissingParents(Instant now) {
    Set<String> absent = new HashSet<>();
    shards.values().stream()
        .filter(shard -> shard.status() == Status.WAITING)
        .forEach(shard -> absent.addAll(shard.split().shard().parents()));
    absent.removeAll(shards.keySet());
    missingParents.listed(absent, now);
  }

  private void forgetOld(Answer.Shards listing, Instant now) {
    Set<String> listed = new HashSet<>();
    listing.shards().forEach(shard -> listed.add(shard.id()));
    long old = now.minus(MEMORY).toEpochMilli();
    shards
        .values()
        .removeIf(
            shard ->
                shard.status() == Status.FINISHED
                    && shard.finishedMillis() < old
                    && !listed.contains(shard.split().splitId()));
  }

  private void track(TrackedShard shard) {
    shards.put(shard.split().splitId(), shard);
  }

  private static TrackedShard waiting(ShardSplit split) {
    return new TrackedShard(split, Status.WAITING, 0);
  }

  private static TrackedShard finished(ShardSplit split, Instant now) {
    return new TrackedShard(split.asFinished(), Status.FINISHED, now.toEpochMilli());
  }
}
