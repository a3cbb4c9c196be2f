package io.chromasync.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happened to a table, from its beginning.
 *
 * @param changes in their true order
 * @param deltas what the runs among them brought to the store, by {@link Delta#name}
 */
record History(List<Change> changes, Map<String, Delta> deltas) {

  /** The changes that are not older than a reading. */
  List<Change> since(Change reading) {
    return changes.stream().filter(change -> change.index() > reading.index()).toList();
  }

  /** What comes to a job that starts when so many changes are over. */
  History since(int missed) {
    List<Change> left = changes.subList(Math.min(missed, changes.size()), changes.size());
    int first = left.isEmpty() ? Integer.MAX_VALUE : left.get(0).index();
    Map<String, Delta> brought = new TreeMap<>(deltas);
    brought.values().removeIf(delta -> delta.index() < first);
    return new History(left, brought);
  }
}
