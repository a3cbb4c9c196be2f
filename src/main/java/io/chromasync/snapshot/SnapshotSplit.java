package io.chromasync.snapshot;

import java.io.Serializable;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A part of a reading of the table, with how far it has been read: what is assigned to a reader and
 * kept in its state.
 */
sealed interface SnapshotSplit extends SourceSplit
    permits SnapshotSplit.Segment, SnapshotSplit.ExportFile, SnapshotSplit.End {

  /** The reading it is part of; see {@link SnapshotSettings#id}. */
  String snapshot();

  /**
   * A segment of a scan.
   *
   * @param after key of the last item of the last partition that was emitted whole; null at the
   *     beginning
   */
  record Segment(String snapshot, int index, int total, ItemKey after) implements SnapshotSplit {

    @Override
    public String splitId() {
      return "%s/segment-%s-of-%s".formatted(snapshot, index, total);
    }

    Segment at(ItemKey reached) {
      return new Segment(snapshot, index, total, reached);
    }
  }

  /**
   * A data file of an export.
   *
   * @param md5 of the object as it lies in S3, base64
   * @param items how many it holds
   * @param asOfMicros the moment as of which its items hold; null if each says its own (an
   *     incremental export)
   * @param lines how many have been emitted
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

    String uri() {
      return "s3://%s/%s".formatted(bucket, key);
    }

    ExportFile at(long reached) {
      return new ExportFile(snapshot, bucket, key, md5, items, asOfMicros, reached);
    }
  }

  /** The end of a whole reading; it tells that what was not listed is gone. */
  record End(String snapshot, long asOfMicros) implements SnapshotSplit {

    @Override
    public String splitId() {
      return snapshot + "/end";
    }
  }
}
