package io.chromasync.snapshot.scan;

import io.chromasync.snapshot.AsOf;
import io.chromasync.snapshot.SnapshotPlan;
import io.chromasync.snapshot.SnapshotSplit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Plan of a scan: segments of the table.
 *
 * @param clock serializable, because this record is part of the job
 */
public record ScanPlan(String snapshot, int segments, Duration margin, InstantSource clock)
    implements SnapshotPlan {

  /**
   * Each segment has a page in memory, of at most 1 MB on the wire, in addition to the partition it
   * reads.
   */
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
