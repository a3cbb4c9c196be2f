package io.chromasync.chroma.window;

import io.chromasync.model.Mutation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Unsettled deletes by filter of one scope, in order of arrival. No pending delete covers all
 * records of another pending delete.
 */
final class DeleteByFilterGates {

  private final List<DeleteByFilterGate> gates = new ArrayList<>();
  private final OrderingRules order;
  private final ReadyWrites<DeleteByFilterGate> ready;
  private final Unsettled unsettled;

  DeleteByFilterGates(
      OrderingRules order, ReadyWrites<DeleteByFilterGate> ready, Unsettled unsettled) {
    this.order = order;
    this.ready = ready;
    this.unsettled = unsettled;
  }

  boolean isEmpty() {
    return gates.isEmpty();
  }

  /** Returns true if a pending write of the record must wait for a delete by filter. */
  boolean holdBack(RecordWrites record) {
    return gates.stream().anyMatch(gate -> order.holdsBack(gate, record));
  }

  /** Adds a delete by filter, unless a pending delete already covers the same records. */
  void add(DeleteByFilterGate newer) {
    DeleteByFilterGate gate = newer;
    for (DeleteByFilterGate older : pending()) {
      if (older.delete.below().equals(gate.delete.below())) {
        gate = gate.insteadOf(older, older.delete.and(gate.delete));
      }
    }
    for (DeleteByFilterGate older : pending()) {
      if (older.delete.deletesAllOf(gate.delete)) {
        return;
      }
      if (gate.delete.deletesAllOf(older.delete)) {
        gate = gate.insteadOf(older, gate.delete);
        drop(older);
      }
    }
    gates.add(gate);
    unsettled.add(gate);
  }

  /** Queues the deletes whose records have no mutation in flight. */
  void enqueue(Collection<RecordWrites> records) {
    for (DeleteByFilterGate gate : gates) {
      if (!gate.isQueued() && order.isFree(gate, records)) {
        gate.queue();
        ready.add(gate);
      }
    }
  }

  /** Removes a delete by filter that was acknowledged or given up. */
  void settle(Mutation delete) {
    DeleteByFilterGate settled =
        gates.stream()
            .filter(gate -> gate.isUnderWay() && gate.delete.mutation().equals(delete))
            .findFirst()
            .orElseThrow();
    gates.remove(settled);
    unsettled.remove(settled);
  }

  private List<DeleteByFilterGate> pending() {
    return gates.stream().filter(gate -> !gate.isUnderWay()).toList();
  }

  private void drop(DeleteByFilterGate gate) {
    gates.remove(gate);
    unsettled.remove(gate);
    if (gate.isQueued()) {
      ready.remove(gate);
    }
  }
}
