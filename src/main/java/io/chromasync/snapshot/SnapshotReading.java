package io.chromasync.snapshot;

import io.chromasync.model.SnapshotPart;
import io.chromasync.snapshot.SnapshotSplit.End;
import io.chromasync.snapshot.SnapshotSplit.ExportFile;
import io.chromasync.snapshot.SnapshotSplit.Segment;
import io.chromasync.snapshot.export.ExportLines;
import io.chromasync.snapshot.export.ObjectStore;
import io.chromasync.snapshot.scan.ScanPages;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;

/**
 * Split reader for every kind of split: segments are read concurrently, files of an export
 * consecutively.
 *
 * <p>All methods except {@link #wakeUp} are called by the fetcher thread.
 */
final class SnapshotReading implements SplitReader<SnapshotStep, SnapshotSplit> {

  private final TableReader table;
  private final ScanPages pages;
  private final ExportLines lines;
  private final ObjectStore exports;
  private final Deque<End> ends = new ArrayDeque<>();

  /**
   * @param table null unless segments are read
   * @param exports null unless files of an export are read
   */
  SnapshotReading(TableReader table, ScanPages pages, ObjectStore exports, ExportLines lines) {
    this.table = table;
    this.pages = pages;
    this.exports = exports;
    this.lines = lines;
  }

  @Override
  public RecordsWithSplitIds<SnapshotStep> fetch() throws IOException {
    if (!ends.isEmpty()) {
      return emit(ends.poll());
    }
    RecordsWithSplitIds<SnapshotStep> steps = lines.fetch();
    if (steps != null) {
      return steps;
    }
    pages.wakeUpAfter(lines.pause());
    return pages.fetch();
  }

  @Override
  public void handleSplitsChanges(SplitsChange<SnapshotSplit> change) {
    if (!(change instanceof SplitsAddition)) {
      throw new UnsupportedOperationException("splits are only ever added, not " + change);
    }
    for (SnapshotSplit split : change.splits()) {
      if (split instanceof Segment segment) {
        pages.add(segment);
      } else if (split instanceof ExportFile file) {
        lines.add(file);
      } else if (split instanceof End end) {
        ends.add(end);
      }
    }
  }

  @Override
  public void wakeUp() {
    pages.wakeUp();
  }

  @Override
  public void close() throws IOException {
    lines.close();
    if (table != null) {
      table.close();
    }
    if (exports != null) {
      exports.close();
    }
  }

  private static RecordsWithSplitIds<SnapshotStep> emit(End end) {
    SnapshotPart all = SnapshotPart.end(AsOf.version(end.asOfMicros()));
    RecordsBySplits.Builder<SnapshotStep> records = new RecordsBySplits.Builder<>();
    records.add(end.splitId(), new SnapshotStep(all, end));
    records.addFinishedSplit(end.splitId());
    return records.build();
  }
}
