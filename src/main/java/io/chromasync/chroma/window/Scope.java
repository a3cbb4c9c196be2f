package io.chromasync.chroma.window;

import io.chromasync.model.Collection;
import io.chromasync.model.RecordKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes of one image in one collection: the widest scope of a sweep. */
final class Scope {

  /** Names a scope. */
  record Key(Collection collection, String image) {

    static Key of(RecordKey record) {
      return new Key(record.collection(), record.image());
    }
  }

  final Map<RecordKey, RecordWrites> records = new LinkedHashMap<>();

  /** In the order in which they came; of those not under way none deletes all of another. */
  final List<SweepGate> gates = new ArrayList<>();

  boolean isEmpty() {
    return records.isEmpty() && gates.isEmpty();
  }

  /** The gates that are not under way. */
  List<SweepGate> pendingGates() {
    return gates.stream().filter(gate -> !gate.underWay).toList();
  }

  /** Whether a sweep that came before the pending write of a record is not settled. */
  boolean holdsBack(RecordKey record) {
    return gates.stream().anyMatch(gate -> gate.sweep.deletes(record));
  }
}
