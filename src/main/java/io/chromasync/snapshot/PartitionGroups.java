package io.chromasync.snapshot;

import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.snapshot.SnapshotSplit.Segment;
import io.chromasync.snapshot.TablePage.TableRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Puts the items of a segment together by partition: they come one after the other, over as many
 * pages as it takes. Each image's are one snapshot, as of when the page was asked for in which they
 * begin; after it, the segment can be gone on with. Other partitions are passed over.
 *
 * <p>For one thread.
 */
final class PartitionGroups {

  /** More text than this is not held for one partition; images have a hundredth of it. */
  static final long MOST_TEXT = 64L << 20;

  private final Duration margin;
  private final String origin;
  private final List<String> items = new ArrayList<>();
  private Segment split;
  private ItemKey last;
  private Instant asked;
  private long text;
  private long passedOver;

  PartitionGroups(Segment split, Duration margin, String origin) {
    this.split = split;
    this.margin = margin;
    this.origin = origin;
  }

  /**
   * The partitions that are complete now, as another has begun.
   *
   * @param rows of a page
   * @param pageAsked when it was asked for
   */
  List<SnapshotStep> add(List<TableRow> rows, Instant pageAsked) {
    List<SnapshotStep> complete = new ArrayList<>();
    for (TableRow row : rows) {
      if (last != null && !last.partitionKey().equals(row.key().partitionKey())) {
        complete.add(close());
      }
      add(row, pageAsked);
    }
    return complete;
  }

  /** The last item of the partition that may have more; null if there is none. */
  ItemKey last() {
    return last;
  }

  /**
   * Items of the same image from beyond the segment, which cannot be gone on with from there.
   *
   * @param rows all of the partition of {@link #last}
   */
  void complete(List<TableRow> rows) {
    rows.forEach(row -> hold(ItemKey.image(last.partitionKey()), row));
  }

  /** The partition that may have had more, if there is one: it has not. */
  List<SnapshotStep> end() {
    return last == null ? List.of() : List.of(close());
  }

  /** How many items of other partitions were passed over since this was asked last. */
  long takePassedOver() {
    long taken = passedOver;
    passedOver = 0;
    return taken;
  }

  private void add(TableRow row, Instant pageAsked) {
    if (last == null) {
      asked = pageAsked;
    }
    last = row.key();
    String image = ItemKey.image(last.partitionKey());
    if (image == null) {
      passedOver++;
      return;
    }
    hold(image, row);
  }

  private void hold(String image, TableRow row) {
    items.add(row.json());
    text += row.json().length();
    checkText(image, items.size(), text);
  }

  /** Checks that a partition can be held whole: a part of it would tell that the rest is gone. */
  static void checkText(String image, int items, long text) {
    if (text > MOST_TEXT) {
      throw new SnapshotFailure(
          String.format(
              Locale.ROOT,
              "The partition of image %s has more than %,d characters in %,d items and more, too much to"
                  + " be read as one; remove what is not part of the image, or read an export of the"
                  + " table ('snapshot.mode' export), which needs no partition whole",
              image,
              MOST_TEXT,
              items));
    }
  }

  private SnapshotStep close() {
    String image = ItemKey.image(last.partitionKey());
    split = split.at(last);
    TableSnapshot snapshot =
        image == null
            ? null
            : new TableSnapshot(
                image,
                AsOf.version(AsOf.micros(asked, margin)),
                Extent.PARTITION,
                List.copyOf(items),
                List.of(),
                false,
                origin);
    items.clear();
    text = 0;
    last = null;
    return new SnapshotStep(snapshot, split);
  }
}
