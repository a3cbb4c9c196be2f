package io.chromasync.simulation;

import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.simulation.Listing.Kind;
import java.util.List;

/**
 * One change of the table.
 *
 * @param index its place in the true order of all changes, which its version must tell; even, so
 *     that a reading of the table has a place between any two
 * @param fact what it means, said without the mapping; null if it is no change of a fact
 * @param outcome how it ends then: as RUN, IGNORED or REJECTED; null if it is a change of a fact
 * @param what in short, for whoever reads a history
 * @param listing of a reading of the table, which is no change, what it tells; else null
 */
record Change(
    int index, ItemChange item, FactChange fact, String outcome, String what, Listing listing) {

  boolean isReading() {
    return listing != null;
  }

  boolean is(Kind kind) {
    return isReading() && listing.kind() == kind;
  }

  /** Of a reading, what it lists. */
  List<Change> listed() {
    return listing.items();
  }

  String image() {
    return item.partitionKey().substring("IMAGE#".length());
  }

  @Override
  public String toString() {
    long second = item.version().micros() / 1_000_000;
    return "%s: %ss/%s %s".formatted(index, second, item.version().sequence(), what);
  }
}
