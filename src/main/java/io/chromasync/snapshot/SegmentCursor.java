package io.chromasync.snapshot;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * How far the reading of a segment has come, and what is to be asked for next.
 *
 * <p>The partitions at its two edges are completed by queries. DynamoDB does not promise that a
 * segment ends where a partition does, and <a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html">cuts
 * one that is large or busy</a>; a part of it would tell that the rest is gone. One that two
 * segments share is told by both, whole.
 *
 * <p>For the reading thread.
 */
final class SegmentCursor {

  private enum Part {
    SEGMENT,
    /** What the first partition has before the segment. */
    HEAD,
    /** What the last partition has after the segment. */
    TAIL,
    NONE
  }

  private final SnapshotSplit.Segment split;
  private final PartitionGroups groups;
  private Part part = Part.SEGMENT;

  /** Whether the first partition is known to be whole. */
  private boolean begun;

  /** The first page, while the head is asked for. */
  private TablePage held;

  private ItemKey after;
  private ItemKey edge;
  private Instant asked;
  private int refusals;
  private int badMoments;

  SegmentCursor(SnapshotSplit.Segment split, Duration margin, String origin) {
    this.split = split;
    this.after = split.after();
    this.begun = split.after() != null;
    this.groups = new PartitionGroups(split, margin, origin);
  }

  SnapshotSplit.Segment split() {
    return split;
  }

  /** Whether the segment is read to its end, so that nothing is to be asked for. */
  boolean isRead() {
    return part == Part.NONE;
  }

  /**
   * Asks for the next page.
   *
   * @param limit how many items at most; null = as many as fit
   */
  CompletableFuture<TablePage> ask(TableReader table, Integer limit, Instant now) {
    return switch (part) {
      case SEGMENT -> {
        asked = now;
        yield table.scan(split, after, limit);
      }
      case HEAD -> table.queryBefore(edge, after);
      case TAIL -> table.query(ItemKey.image(edge.partitionKey()), after);
      case NONE -> throw new IllegalStateException(split.splitId() + " is read");
    };
  }

  /** The steps that a page completes. */
  List<SnapshotStep> take(TablePage page) {
    refusals = 0;
    badMoments = 0;
    return switch (part) {
      case SEGMENT -> takeOfSegment(page);
      case HEAD -> takeHead(page);
      case TAIL -> takeTail(page);
      case NONE -> throw new IllegalStateException(split.splitId() + " is read");
    };
  }

  private List<SnapshotStep> takeOfSegment(TablePage page) {
    if (!begun && !page.rows().isEmpty()) {
      begun = true;
      ItemKey first = page.rows().get(0).key();
      if (first.isOfImage()) {
        held = page;
        return turnTo(Part.HEAD, first, null);
      }
    }
    after = page.next();
    List<SnapshotStep> steps = groups.add(page.rows(), asked);
    return after == null ? endOfSegment(steps) : steps;
  }

  private List<SnapshotStep> endOfSegment(List<SnapshotStep> steps) {
    ItemKey last = groups.last();
    if (last != null && last.isOfImage()) {
      turnTo(Part.TAIL, last, last);
      return steps;
    }
    return end(steps);
  }

  private List<SnapshotStep> takeHead(TablePage page) {
    after = page.next();
    List<SnapshotStep> none = groups.add(page.rows(), asked);
    if (after != null) {
      return none;
    }
    part = Part.SEGMENT;
    TablePage first = held;
    held = null;
    return takeOfSegment(first);
  }

  private List<SnapshotStep> takeTail(TablePage page) {
    after = page.next();
    groups.complete(page.rows());
    return after == null ? end(List.of()) : List.of();
  }

  private List<SnapshotStep> turnTo(Part next, ItemKey at, ItemKey from) {
    part = next;
    edge = at;
    after = from;
    return List.of();
  }

  private List<SnapshotStep> end(List<SnapshotStep> steps) {
    part = Part.NONE;
    List<SnapshotStep> all = new ArrayList<>(steps);
    all.addAll(groups.end());
    return all;
  }

  long takePassedOver() {
    return groups.takePassedOver();
  }

  void refused(Refusal refusal) {
    refusals++;
    if (refusal.reason() != Refusal.Reason.THROTTLED) {
      badMoments++;
    }
  }

  /** How often its page was refused in a row. */
  int refusals() {
    return refusals;
  }

  /** Among them, how often for another reason than that it was too much. */
  int badMoments() {
    return badMoments;
  }
}
