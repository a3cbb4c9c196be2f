package io.chromasync.snapshot;

import io.chromasync.model.ItemKey;
import java.io.Serializable;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * Part of a snapshot and its read position: the unit that is assigned to a reader and kept in its
 * state.
 */
public sealed interface SnapshotSplit extends SourceSplit
    permits SnapshotSplit.Segment, SnapshotSplit.ExportFile, SnapshotSplit.End {

  /** Id of the snapshot that the split is part of; see {@link SnapshotSettings#id}. */
  String snapshot();

  /**
   * Segment of a scan.
   *
   * @param after key of the last item of the last partition that was emitted whole; null at the
   *     beginning
   */
  record Segment(String snapshot, int index, int total, ItemKey after) implements SnapshotSplit {

    @Override
    public String splitId() {
      return "%s/segment-%s-of-%s".formatted(snapshot, index, total);
    }

    /**
     * Returns this segment with a new position.
     *
     * @param reached key of the last item that was emitted
     */
    public Segment at(ItemKey reached) {
      return new Segment(snapshot, index, total, reached);
    }
  }

  /**
   * Data file of an export.
   *
   * @param md5 of the object as stored in S3, base64
   * @param items number of items in the file
   * @param asOfMicros snapshot timestamp of its items; null if each item has a timestamp (an
   *     incremental export)
   * @param lines number of lines that have been emitted
   */
  record ExportFile(
      String snapshot,
      String bucket,
      String key,
      String md5,
      long items,
      Long asOfMicros,
      long lines)
      implements SnapshotSplit, Serializable {

    @Override
    public String splitId() {
      return "%s/%s".formatted(snapshot, uri());
    }

    /** Returns the {@code s3://} URI of the file. */
    public String uri() {
      return "s3://%s/%s".formatted(bucket, key);
    }

    /**
     * Returns this file with a new position.
     *
     * @param reached number of lines that have been emitted
     */
    public ExportFile at(long reached) {
      return new ExportFile(snapshot, bucket, key, md5, items, asOfMicros, reached);
    }
  }

  /** End of a snapshot of the whole table; it implies that everything not listed is deleted. */
  record End(String snapshot, long asOfMicros) implements SnapshotSplit {

    @Override
    public String splitId() {
      return snapshot + "/end";
    }
  }
}
