package io.chromasync.chroma.window;

import io.chromasync.model.Mutation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Sweeps of one scope that are not settled, in the order in which they came. Of those that are not
 * under way, none deletes all that another does.
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

  /** Whether a pending write of a record waits for one of them. */
  boolean holdBack(RecordWrites record) {
    return gates.stream().anyMatch(gate -> order.holdsBack(gate, record));
  }

  /** Takes a sweep, which needs no request of its own if a pending one deletes as much. */
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

  /** Makes those ready for which nothing is under way any more. */
  void enqueue(Collection<RecordWrites> records) {
    for (SweepGate gate : gates) {
      if (!gate.isQueued() && order.isFree(gate, records)) {
        gate.queue();
        ready.add(gate);
      }
    }
  }

  /** A sweep was acknowledged, or given up. */
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
