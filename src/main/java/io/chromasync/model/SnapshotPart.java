package io.chromasync.model;

/**
 * Output of a snapshot's source.
 *
 * @param items for {@link Kind#ITEMS} items of one partition, else null
 * @param completedAsOf for {@link Kind#END} the snapshot timestamp of the whole table, else null:
 *     all its items precede, and a partition without any item listed at this timestamp or later
 *     counts as deleted
 */
public record SnapshotPart(Kind kind, TableSnapshot items, Version completedAsOf) {

  /** Kind of output. */
  public enum Kind {
    ITEMS,
    END
  }

  public static SnapshotPart of(TableSnapshot items) {
    return new SnapshotPart(Kind.ITEMS, items, null);
  }

  /** End of a snapshot of the whole table. */
  public static SnapshotPart end(Version asOf) {
    return new SnapshotPart(Kind.END, null, asOf);
  }
}
