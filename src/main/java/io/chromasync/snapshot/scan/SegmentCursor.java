package io.chromasync.snapshot.scan;

import io.chromasync.model.ItemKey;
import io.chromasync.model.TableLayout;
import io.chromasync.snapshot.SnapshotSplit;
import io.chromasync.snapshot.SnapshotStep;
import io.chromasync.snapshot.TableError;
import io.chromasync.snapshot.TablePage;
import io.chromasync.snapshot.TableReader;
import io.chromasync.snapshot.query.PartitionGroups;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Position within a segment, and its next request.
 *
 * <p>The partitions at its two edges are completed by queries. DynamoDB does not guarantee that a
 * segment ends at a partition boundary, and <a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html">splits
 * a partition that is large or busy</a>. A part of a partition would imply that the rest is
 * deleted. A partition that two segments share is emitted by both segments, whole.
 *
 * <p>For the reading thread.
 */
public final class SegmentCursor {

  private enum Part {
    SEGMENT,
    /** Items of the first partition before the segment. */
    HEAD,
    /** Items of the last partition after the segment. */
    TAIL,
    NONE
  }

  private final SnapshotSplit.Segment split;
  private final PartitionGroups groups;
  private Part part = Part.SEGMENT;

  /** True if the first partition is known to be complete. */
  private boolean begun;

  /** First page, while the head is being read. */
  private TablePage held;

  private final TableLayout layout;
  private ItemKey after;
  private ItemKey edge;
  private Instant asked;
  private int errors;
  private int transientErrors;

  SegmentCursor(SnapshotSplit.Segment split, TableLayout layout, Duration margin, String origin) {
    this.layout = layout;
    this.split = split;
    this.after = split.after();
    this.begun = split.after() != null;
    this.groups = new PartitionGroups(split, layout, margin, origin);
  }

  SnapshotSplit.Segment split() {
    return split;
  }

  /** Returns true if the segment is read to its end, so that nothing is left to request. */
  boolean isRead() {
    return part == Part.NONE;
  }

  /**
   * Requests the next page.
   *
   * @param limit maximum number of items; null = as many as fit
   */
  CompletableFuture<TablePage> ask(TableReader table, Integer limit, Instant now) {
    return switch (part) {
      case SEGMENT -> {
        asked = now;
        yield table.scan(split, after, limit);
      }
      case HEAD -> table.queryBefore(edge, after);
      case TAIL -> table.query(layout.partition(edge.partitionKey()), after);
      case NONE -> throw new IllegalStateException(split.splitId() + " is read");
    };
  }

  /** Processes a page and returns the steps that it completes. */
  List<SnapshotStep> take(TablePage page) {
    errors = 0;
    transientErrors = 0;
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
      if (isMapped(first)) {
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
    if (last != null && isMapped(last)) {
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

  private boolean isMapped(ItemKey key) {
    return layout.partition(key.partitionKey()) != null;
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

  void failed(TableError error) {
    errors++;
    if (!error.isThrottled()) {
      transientErrors++;
    }
  }

  /** Number of consecutive errors of its page. */
  int errors() {
    return errors;
  }

  /** Number of consecutive errors of its page, without throttling. */
  int transientErrors() {
    return transientErrors;
  }
}
