package io.chromasync.simulation;

import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;

/**
 * One change of the table.
 *
 * @param index its place in the true order of all changes, which its version must tell
 * @param fact what it means, said without the mapping; null if it is no change of a fact
 * @param outcome how it ends then: as RUN, IGNORED or REJECTED; null if it is a change of a fact
 * @param what in short, for whoever reads a history
 */
record Change(int index, ItemChange item, FactChange fact, String outcome, String what) {

  String image() {
    return item.partitionKey().substring("IMAGE#".length());
  }

  @Override
  public String toString() {
    long second = item.version().micros() / 1_000_000;
    return "%d: %ds/%s %s".formatted(index, second, item.version().sequence(), what);
  }
}
