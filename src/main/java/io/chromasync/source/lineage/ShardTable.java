package io.chromasync.source.lineage;

import io.chromasync.source.lineage.LineageState.Status;
import io.chromasync.source.lineage.LineageState.TrackedShard;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Known shards of a stream, each with its status: waiting, assigned or finished. A known shard
 * stays known while it is listed. Shards of an older stream are kept until they are forgotten.
 *
 * <p>Pure bookkeeping, used by one thread.
 */
final class ShardTable {

  /**
   * Time for which a finished shard is kept, so that a shard that is still listed is not read
   * again.
   */
  static final Duration MEMORY = Duration.ofDays(2);

  /** Time after the end of a shard for which its children are looked for at short intervals. */
  private static final Duration HASTE = Duration.ofMinutes(5);

  private final Map<String, TrackedShard> shards = new TreeMap<>();
  private final MissingParents missingParents = new MissingParents();

  /** Returns all shards, as an immutable copy. */
  List<TrackedShard> all() {
    return List.copyOf(shards.values());
  }

  boolean isEmpty() {
    return shards.isEmpty();
  }

  /** Returns whether a shard of this name and this stream is known. */
  boolean contains(String shard, String stream) {
    TrackedShard known = shards.get(shard);
    return known != null && known.split().stream().equals(stream);
  }

  /** Adds or replaces a shard with its status. */
  void track(TrackedShard shard) {
    shards.put(shard.split().splitId(), shard);
  }

  /** Adds or replaces a shard that is not assigned. */
  void waiting(ShardSplit split) {
    track(new TrackedShard(split, Status.WAITING, 0));
  }

  /** Marks a shard as assigned to a reader. */
  void assigned(ShardSplit split) {
    track(new TrackedShard(split, Status.ASSIGNED, 0));
  }

  /** Adds or replaces a shard that is read to its end. */
  void finished(ShardSplit split, Instant now) {
    track(new TrackedShard(split.asFinished(), Status.FINISHED, now.toEpochMilli()));
  }

  /** Marks a shard as read to its end, and advances its unread children; see {@link Lineage}. */
  void ended(String shard, long lastMillis, Instant now) {
    TrackedShard known = shards.get(shard);
    if (known != null) {
      finished(readTo(known.split(), lastMillis), now);
    }
    List<ShardSplit> children =
        shards.values().stream()
            .filter(tracked -> tracked.status() == Status.WAITING)
            .map(TrackedShard::split)
            .filter(split -> split.shard().parents().contains(shard))
            .filter(split -> split.position().isStart())
            .toList();
    children.forEach(child -> waiting(readTo(child, lastMillis)));
  }

  private static ShardSplit readTo(ShardSplit split, long millis) {
    return split.at(split.position().readTo(millis));
  }

  /** Drops all shards. */
  void clear() {
    shards.clear();
    missingParents.clear();
  }

  /** Restarts the count of missing parents, for another stream. */
  void forgetMissingParents() {
    missingParents.clear();
  }

  /** Counts the parents that a listing lacks, and drops old shards that it lacks. */
  void listed(StreamResponse.Shards listing, Instant now) {
    countMissingParents(now);
    forgetOld(listing, now);
  }

  private void countMissingParents(Instant now) {
    Set<String> absent = new HashSet<>();
    shards.values().stream()
        .filter(shard -> shard.status() == Status.WAITING)
        .forEach(shard -> absent.addAll(shard.split().shard().parents()));
    absent.removeAll(shards.keySet());
    missingParents.listed(absent, now);
  }

  private void forgetOld(StreamResponse.Shards listing, Instant now) {
    Set<String> listed = new HashSet<>();
    listing.shards().forEach(shard -> listed.add(shard.id()));
    long old = now.minus(MEMORY).toEpochMilli();
    shards
        .values()
        .removeIf(
            shard ->
                isFinished(shard)
                    && shard.finishedMillis() < old
                    && !listed.contains(shard.split().splitId()));
  }

  /**
   * Returns the unassigned shards whose parents have ended. If an unread shard of an older stream
   * was returned, the shards of this stream wait for it as for a parent.
   */
  List<ShardSplit> assignable(String stream) {
    boolean older =
        shards.values().stream()
            .anyMatch(shard -> !isFinished(shard) && !shard.split().stream().equals(stream));
    return shards.values().stream()
        .filter(shard -> shard.status() == Status.WAITING)
        .map(TrackedShard::split)
        .filter(split -> !older || !split.stream().equals(stream))
        .filter(split -> split.shard().parents().stream().allMatch(this::hasEnded))
        .toList();
  }

  private boolean hasEnded(String parent) {
    TrackedShard known = shards.get(parent);
    return known == null ? missingParents.isGone(parent) : isFinished(known);
  }

  /** Returns the number of unassigned shards. */
  int waiting() {
    return (int) shards.values().stream().filter(shard -> shard.status() == Status.WAITING).count();
  }

  /** Returns whether all known shards are read to their ends. */
  boolean isExhausted() {
    return shards.values().stream().allMatch(ShardTable::isFinished);
  }

  /** Returns whether a parent may be missing by accident, or a shard has just ended childless. */
  boolean isUnsettled(Instant now) {
    if (missingParents.isDoubtful()) {
      return true;
    }
    Set<String> parents = parents();
    long hasty = now.minus(HASTE).toEpochMilli();
    return shards.values().stream()
        .anyMatch(
            shard ->
                isFinished(shard)
                    && shard.finishedMillis() >= hasty
                    && !parents.contains(shard.split().splitId()));
  }

  /** Returns the latest position read in any shard, or the given value if there are no shards. */
  long latestReadMillis(long none) {
    return shards.values().stream()
        .mapToLong(shard -> shard.split().position().readToMillis())
        .max()
        .orElse(none);
  }

  /**
   * Returns the instant before which every change of the stream has been read, or the given value
   * if there are no shards. The descendants of a shard that is not read to its end contain nothing
   * older than its position.
   */
  long readToMillis(String stream, long none) {
    Set<String> parents = parents();
    return shards.values().stream()
        .filter(shard -> shard.split().stream().equals(stream))
        .filter(
            shard ->
                isFinished(shard)
                    ? !parents.contains(shard.split().splitId())
                    : shard.split().shard().parents().stream().noneMatch(this::isUnfinished))
        .mapToLong(ShardTable::readToMillis)
        .min()
        .orElse(none);
  }

  /**
   * Returns the same for one shard. While a shard guarantees no record yet, only the records to be
   * skipped count as read.
   */
  private static long readToMillis(TrackedShard shard) {
    Position position = shard.split().position();
    boolean unread = !isFinished(shard) && position.isStart() && !position.guaranteed();
    return unread ? position.fromMillis() : position.readToMillis();
  }

  /**
   * Returns the instant up to which everything is emitted, as in {@link Lineage#emittedTo}. Shards
   * count that have not ended, unless a parent has not ended either, and shards that ended recently
   * and have no known child.
   */
  long emittedTo(String stream, Map<String, Long> reported, Instant now) {
    if (shards.values().stream().noneMatch(each -> each.split().stream().equals(stream))) {
      return Lineage.UNREAD;
    }
    Set<String> parents = parents();
    long hasty = now.minus(HASTE).toEpochMilli();
    long least = Long.MAX_VALUE;
    for (TrackedShard shard : shards.values()) {
      String id = shard.split().splitId();
      boolean isHeld =
          isFinished(shard)
              ? shard.split().stream().equals(stream)
                  && shard.finishedMillis() >= hasty
                  && !parents.contains(id)
              : shard.split().shard().parents().stream().noneMatch(this::isUnfinished);
      if (isHeld) {
        least = Math.min(least, reported.getOrDefault(id, readToMillis(shard)));
      }
    }
    return least == Long.MAX_VALUE ? Lineage.UNREAD : least;
  }

  private boolean isUnfinished(String shard) {
    TrackedShard known = shards.get(shard);
    return known != null && !isFinished(known);
  }

  private static boolean isFinished(TrackedShard shard) {
    return shard.status() == Status.FINISHED;
  }

  private Set<String> parents() {
    Set<String> parents = new HashSet<>();
    shards.values().forEach(shard -> parents.addAll(shard.split().shard().parents()));
    return parents;
  }
}
