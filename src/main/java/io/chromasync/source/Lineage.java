package io.chromasync.source;

import io.chromasync.source.LineageState.Status;
import io.chromasync.source.LineageState.TrackedShard;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
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
 * shard that is known stays known, and an unknown parent counts as trimmed only after {@link
 * #MISSES} listings in a row without it, {@link #MISSING} apart.
 *
 * <p>Pure bookkeeping: time is given, nothing is called. Used by one thread.
 */
final class Lineage {

  /** In how many listings in a row a parent must be missing before its child is read without it. */
  static final int MISSES = 3;

  /** And for how long: listings that follow at once may lack the same shard. */
  static final Duration MISSING = Duration.ofSeconds(30);

  /** How long a finished shard is remembered, so that one still listed is not read again. */
  static final Duration MEMORY = Duration.ofDays(2);

  /** How long the children of a finished shard are looked for with haste. */
  private static final Duration HASTE = Duration.ofMinutes(5);

  private final String stream;
  private final Start start;
  private final Map<String, TrackedShard> shards = new TreeMap<>();
  private final Map<String, Missing> misses = new HashMap<>();
  private Long fromMillis;
  private long listedMillis;

  Lineage(String stream, Start start) {
    this.stream = stream;
    this.start = start;
  }

  static Lineage restored(LineageState state, Start start) {
    Lineage lineage = new Lineage(state.stream(), start);
    lineage.fromMillis = state.fromMillis();
    lineage.listedMillis = state.listedMillis();
    state.shards().forEach(lineage::track);
    return lineage;
  }

  LineageState state() {
    return new LineageState(stream, fromMillis, listedMillis, List.copyOf(shards.values()));
  }

  String stream() {
    return stream;
  }

  /** Whether no shard was ever listed: nothing is promised yet. */
  boolean isFresh() {
    return fromMillis == null;
  }

  /** A gap up to a moment is skipped: what was created before is owed no more. */
  void skippedTo(Instant moment) {
    listedMillis = moment.toEpochMilli();
  }

  /** Until when the stream was surely watched. */
  Instant listedAt() {
    return Instant.ofEpochMilli(listedMillis);
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
    Position position =
        first
            ? Position.start(fromMillis, start.owedFrom(now))
            : Position.born(fromMillis, listedAt());
    listedMillis = now.toEpochMilli();
    for (Shard shard : listing.shards()) {
      if (!shards.containsKey(shard.id())) {
        ShardSplit split = ShardSplit.unread(stream, shard, position);
        boolean past =
            first && start.passesOverClosed(now) && listing.closed().contains(shard.id());
        track(past ? finished(split, now) : waiting(split));
      }
    }
    countMissingParents(now);
    forgetOld(listing, now);
  }

  /** The shards that nobody reads and whose parents have ended. */
  List<ShardSplit> assignable() {
    return shards.values().stream()
        .filter(shard -> shard.status() == Status.WAITING)
        .map(TrackedShard::split)
        .filter(split -> split.shard().parents().stream().allMatch(this::hasEnded))
        .toList();
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
    shards.computeIfPresent(shard, (id, known) -> finished(known.split().asFinished(), now));
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
   * Whether the next listing should come soon: a parent may be missing by accident, or a shard has
   * just ended and its children are not known yet.
   */
  boolean isUnsettled(Instant now) {
    if (misses.values().stream().anyMatch(missing -> !missing.isTrimmed())) {
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
    return known == null
        ? misses.containsKey(parent) && misses.get(parent).isTrimmed()
        : known.status() == Status.FINISHED;
  }

  private void countMissingParents(Instant now) {
    Set<String> missing = new HashSet<>();
    shards.values().stream()
        .filter(shard -> shard.status() == Status.WAITING)
        .forEach(shard -> missing.addAll(shard.split().shard().parents()));
    missing.removeAll(shards.keySet());
    misses.keySet().retainAll(missing);
    Missing once = new Missing(1, now, now);
    missing.forEach(parent -> misses.merge(parent, once, (before, again) -> before.again(now)));
  }

  /** A parent that listings lack: how many in a row, and when the first and the last. */
  private record Missing(int listings, Instant first, Instant last) {

    Missing again(Instant now) {
      return new Missing(listings + 1, first, now);
    }

    boolean isTrimmed() {
      return listings >= MISSES && !last.isBefore(first.plus(MISSING));
    }
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
