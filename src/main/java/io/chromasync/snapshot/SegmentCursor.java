package io.chromasync.snapshot;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** How far the reading of a segment has come. For the reading thread. */
final class SegmentCursor {

  private final SnapshotSplit.Segment split;
  private final PartitionGroups groups;
  private ItemKey after;
  private Instant asked;
  private int refusals;

  SegmentCursor(SnapshotSplit.Segment split, Duration margin, String origin) {
    this.split = split;
    this.after = split.after();
    this.groups = new PartitionGroups(split, margin, origin);
  }

  SnapshotSplit.Segment split() {
    return split;
  }

  /** Key after which the next page begins; null = the first. */
  ItemKey after() {
    return after;
  }

  void asked(Instant now) {
    asked = now;
  }

  /** The steps that a page completes. */
  List<SnapshotStep> take(TablePage page) {
    refusals = 0;
    after = page.next();
    return groups.add(page, asked);
  }

  long takePassedOver() {
    return groups.takePassedOver();
  }

  /** How many refusals in a row there were, with this. */
  int countRefusal() {
    return ++refusals;
  }
}
