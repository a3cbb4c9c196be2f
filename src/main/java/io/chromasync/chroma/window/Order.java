package io.chromasync.chroma.window;

import java.util.Collection;

/**
 * Rules of order between the writes of one scope. Everything else may be written in any order, and
 * at the same time.
 */
interface Order {

  /** All rules hold. */
  Order KEPT = new Order() {};

  /** Of a record one mutation is under way at a time. */
  default boolean isFree(RecordWrites record) {
    return record.underWay() == null;
  }

  /** A sweep waits until nothing is under way that it deletes. */
  default boolean isFree(SweepGate gate, Collection<RecordWrites> records) {
    return records.stream()
        .noneMatch(record -> record.underWay() != null && gate.sweep.deletes(record.key));
  }

  /** A write waits until the sweeps are settled that came before it and delete its record. */
  default boolean holdsBack(SweepGate gate, RecordWrites record) {
    return gate.sweep.deletes(record.key);
  }
}
