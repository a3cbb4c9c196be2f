package io.chromasync.chroma.window;

import java.util.Collection;

/**
 * Rules that delay a write within one partition of a collection: one mutation in flight per record,
 * and deletes by filter in order with the records that they cover. All other writes may run in any
 * order and concurrently.
 */
interface OrderingRules {

  /** Enforces all rules. */
  OrderingRules KEPT = new OrderingRules() {};

  /** Allows at most one mutation in flight per record. */
  default boolean isFree(RecordWrites record) {
    return record.underWay() == null;
  }

  /** Delays a delete by filter until no record that it deletes is in flight. */
  default boolean isFree(DeleteByFilterGate gate, Collection<RecordWrites> records) {
    return records.stream()
        .noneMatch(record -> record.underWay() != null && gate.delete.deletes(record.key));
  }

  /** Delays a write until the earlier deletes by filter that cover its record are settled. */
  default boolean holdsBack(DeleteByFilterGate gate, RecordWrites record) {
    return gate.delete.deletes(record.key);
  }

  /**
   * Returns the beginning of a delete that drops a pending write: until the delete is settled,
   * Chroma shows neither the delete nor the write.
   */
  default Since dropping(RecordWrites dropped, Since delete) {
    return delete.arrivedBy(dropped.pendingSince().arrival());
  }

  /** Returns whether a mutation in flight holds watermarks, as it is not acknowledged. */
  default boolean inFlightHolds() {
    return true;
  }
}
