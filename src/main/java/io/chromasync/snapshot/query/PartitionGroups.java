package io.chromasync.snapshot.query;

import io.chromasync.model.ItemKey;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.TableLayout;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.snapshot.AsOf;
import io.chromasync.snapshot.SnapshotFailure;
import io.chromasync.snapshot.SnapshotSplit.Segment;
import io.chromasync.snapshot.SnapshotStep;
import io.chromasync.snapshot.TablePage.TableRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Groups the items of a segment by partition. The items of a partition are contiguous, over any
 * number of pages. Each partition becomes one snapshot. Its timestamp is the request time of the
 * page on which the partition begins. After the snapshot, the segment can be resumed. Other
 * partitions are skipped.
 *
 * <p>For one thread.
 */
public final class PartitionGroups {

  /** Maximum number of characters of one partition; usual ones have a hundredth of it. */
  static final long MOST_TEXT = 64L << 20;

  private final TableLayout layout;
  private final Duration margin;
  private final String origin;
  private final List<String> items = new ArrayList<>();
  private Segment split;
  private ItemKey last;
  private Instant asked;
  private long text;
  private long passedOver;

  /**
   * Creates the grouping of a segment's rows; no partition has begun.
   *
   * @param split segment, which resumes after its position
   * @param margin margin of the snapshot timestamps
   * @param origin origin of the snapshots, for logs and dead letters
   */
  public PartitionGroups(Segment split, TableLayout layout, Duration margin, String origin) {
    this.layout = layout;
    this.split = split;
    this.margin = margin;
    this.origin = origin;
  }

  /**
   * Adds rows and returns the partitions that are complete, because another partition has begun.
   *
   * @param rows of a page
   * @param pageAsked time of its request
   */
  public List<SnapshotStep> add(List<TableRow> rows, Instant pageAsked) {
    List<SnapshotStep> complete = new ArrayList<>();
    for (TableRow row : rows) {
      if (last != null && !last.partitionKey().equals(row.key().partitionKey())) {
        complete.add(close());
      }
      add(row, pageAsked);
    }
    return complete;
  }

  /** Key of the last item of the incomplete partition; null if there is none. */
  public ItemKey last() {
    return last;
  }

  /**
   * Adds items of the same partition from beyond the segment; the segment cannot be resumed from
   * there.
   *
   * @param rows all of the partition of {@link #last}
   */
  public void complete(List<TableRow> rows) {
    rows.forEach(row -> hold(layout.partition(last.partitionKey()), row));
  }

  /** Ends the incomplete partition, if there is one. */
  public List<SnapshotStep> end() {
    return last == null ? List.of() : List.of(close());
  }

  /** Returns and resets the number of skipped items of other partitions. */
  public long takePassedOver() {
    long taken = passedOver;
    passedOver = 0;
    return taken;
  }

  private void add(TableRow row, Instant pageAsked) {
    if (last == null) {
      asked = pageAsked;
    }
    last = row.key();
    String partition = layout.partition(last.partitionKey());
    if (partition == null) {
      passedOver++;
      return;
    }
    hold(partition, row);
  }

  private void hold(String partition, TableRow row) {
    items.add(row.json());
    text += row.json().length();
    checkText(partition, items.size(), text);
  }

  /** Checks that a partition fits in memory: a part of it would imply that the rest is deleted. */
  static void checkText(String partition, int items, long text) {
    if (text > MOST_TEXT) {
      throw new SnapshotFailure(
          String.format(
              Locale.ROOT,
              "Partition %s has more than %,d characters in at least %,d items, too"
                  + " large for memory; delete items that are not part of the partition, or read an"
                  + " export of the table ('snapshot.mode' export), which needs no whole partition"
                  + " in memory",
              partition,
              MOST_TEXT,
              items));
    }
  }

  private SnapshotStep close() {
    String partition = layout.partition(last.partitionKey());
    split = split.at(last);
    SnapshotPart snapshot =
        partition == null
            ? null
            : SnapshotPart.of(
                new TableSnapshot(
                    partition,
                    AsOf.version(AsOf.micros(asked, margin)),
                    Extent.PARTITION,
                    List.copyOf(items),
                    List.of(),
                    false,
                    origin));
    items.clear();
    text = 0;
    last = null;
    return new SnapshotStep(snapshot, split);
  }
}
