package io.chromasync.model;

import java.util.List;

/**
 * Items of one partition at one timestamp, with the extent to which unlisted items count as
 * deleted.
 *
 * <p>The snapshot contains every change before {@code asOf}. Each listed item existed in this form
 * at {@code asOf}. Within the {@link Extent}, an older item that is not listed counts as deleted.
 * Later changes win, in any order of arrival.
 *
 * @param partition the partition of the items
 * @param asOf whole seconds, without a sequence number, so that it precedes every change of the
 *     same second
 * @param items each as DynamoDB JSON, with at least the attributes that mapping reads
 * @param gone sort keys of items reported as deleted, whatever the extent
 * @param repair true if Chroma may lack earlier writes, so that records are written again
 * @param origin source of the snapshot, for logs and dead letters
 * @param runs true if the newest run of each scope is loaded again even if its item marks it as
 *     completed
 */
public record TableSnapshot(
    String partition,
    Version asOf,
    Extent extent,
    List<String> items,
    List<String> gone,
    boolean repair,
    String origin,
    boolean runs) {

  /** Snapshot that does not load completed runs again. */
  public TableSnapshot(
      String partition,
      Version asOf,
      Extent extent,
      List<String> items,
      List<String> gone,
      boolean repair,
      String origin) {
    this(partition, asOf, extent, items, gone, repair, origin, false);
  }

  /** Extent to which unlisted items count as deleted. */
  public enum Extent {
    /** Unlisted items are not affected. */
    ITEMS,

    /** An older fact of the partition that is not listed counts as deleted. */
    PARTITION
  }
}
