package io.chromasync.chroma.window;

import io.chromasync.model.Mutation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Unsettled deletes by filter of one scope, in order of arrival. No pending delete covers all
 * records of another pending delete.
 */
final class SweepGates {

  private final List<SweepGate> gates = new ArrayList<>();
  private final Order order;
  private final ReadyWrites<SweepGate> ready;
  private final Unsettled unsettled;

  SweepGates(Order order, ReadyWrites<SweepGate> ready, Unsettled unsettled) {
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
  void add(SweepGate newer) {
    SweepGate gate = newer;
    for (SweepGate older : pending()) {
      if (older.sweep.below().equals(gate.sweep.below())) {
        gate = gate.insteadOf(older, older.sweep.and(gate.sweep));
      }
    }
    for (SweepGate older : pending()) {
      if (older.sweep.deletesAllOf(gate.sweep)) {
        return;
      }
      if (gate.sweep.deletesAllOf(older.sweep)) {
        gate = gate.insteadOf(older, gate.sweep);
        drop(older);
      }
    }
    gates.add(gate);
    unsettled.add(gate);
  }

  /** Queues the deletes whose records have no mutation in flight. */
  void enqueue(Collection<RecordWrites> records) {
    for (SweepGate gate : gates) {
      if (!gate.isQueued() && order.isFree(gate, records)) {
        gate.queue();
        ready.add(gate);
      }
    }
  }

  /** Removes a delete by filter that was acknowledged or given up. */
  void settle(Mutation sweep) {
    SweepGate settled =
        gates.stream()
            .filter(gate -> gate.isUnderWay() && gate.sweep.mutation().equals(sweep))
            .findFirst()
            .orElseThrow();
    gates.remove(settled);
    unsettled.remove(settled);
  }

  private List<SweepGate> pending() {
    return gates.stream().filter(gate -> !gate.isUnderWay()).toList();
  }

  private void drop(SweepGate gate) {
    gates.remove(gate);
    unsettled.remove(gate);
    if (gate.isQueued()) {
      ready.remove(gate);
    }
  }
}
