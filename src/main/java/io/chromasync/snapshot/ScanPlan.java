package io.chromasync.snapshot;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A scan: segments of the table.
 *
 * @param clock serializable, as all of this is part of the job
 */
record ScanPlan(String snapshot, int segments, Duration margin, InstantSource clock)
    implements SnapshotPlan {

  /** Each has a page in memory, of at most 1 MB on the wire, beside the partition it reads. */
  private static final int AT_ONCE = 16;

  @Override
  public Listing list() {
    List<SnapshotSplit> splits =
        IntStream.range(0, segments)
            .<SnapshotSplit>mapToObj(i -> new SnapshotSplit.Segment(snapshot, i, segments, null))
            .toList();
    return new Listing(splits, AsOf.micros(clock.instant(), margin), true);
  }

  @Override
  public int atOnce() {
    return AT_ONCE;
  }
}
