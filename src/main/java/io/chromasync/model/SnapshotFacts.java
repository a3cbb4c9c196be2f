package io.chromasync.model;

import java.util.List;

/**
 * Facts of one partition in a snapshot: a {@link TableSnapshot} after mapping.
 *
 * @param asOf snapshot timestamp: everything that happened earlier is in the snapshot
 * @param facts no-op updates of entities that exist at {@code asOf}, and removals of items reported
 *     as deleted
 * @param unreadable entities whose items exist but cannot be parsed
 * @param whole true if every other fact of the partition counts as deleted at {@code asOf}
 * @param repair true if Chroma may lack earlier writes, so that records are written again
 */
public record SnapshotFacts(
    String partition,
    Version asOf,
    List<FactChange> facts,
    List<EntityKey> unreadable,
    boolean whole,
    boolean repair) {

  /**
   * Final part of a snapshot of the whole table, for one partition, after all its items were
   * listed: no further items exist.
   */
  public static SnapshotFacts noMore(String partition, Version asOf) {
    return new SnapshotFacts(partition, asOf, List.of(), List.of(), true, false);
  }
}
