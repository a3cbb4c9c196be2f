package io.chromasync.simulation;

import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Readings of single images in the table of a history: all items of an image as they were after one
 * of its changes, and as of a second before which nothing is missing in them. Some of what they
 * list happened after that second.
 */
final class Readings {

  /** By how many changes a reading says less than it knows. */
  private static final int MARGIN = 10;

  private final List<Change> changes;

  private Readings(History history) {
    this.changes = history.changes();
  }

  /** In any order, none of them or a few. */
  static List<Change> of(History history, RandomGenerator random) {
    List<Change> readings = new ArrayList<>();
    int count = random.nextBoolean() ? 0 : random.nextInt(4);
    for (int i = 0; i < count; i++) {
      int last = random.nextInt(history.changes().size());
      String image = history.changes().get(random.nextInt(history.changes().size())).image();
      Change reading = new Readings(history).read(image, last, random);
      // Of one image as of one second there is one reading: two would be two changes of one
      // version.
      if (readings.stream().noneMatch(each -> isTwin(each, reading))) {
        readings.add(reading);
      }
    }
    return readings;
  }

  private static boolean isTwin(Change one, Change other) {
    return one.index() == other.index() && one.image().equals(other.image());
  }

  private Change read(String image, int last, RandomGenerator random) {
    int at = Math.max(0, Math.min(last + 1 - random.nextInt(MARGIN), changes.size() - 1));
    long second = changes.get(at).item().version().micros();
    int first = at;
    while (first > 0 && changes.get(first - 1).item().version().micros() == second) {
      first--;
    }
    int place = 2 * first - 1;
    Version asOf = new Version(second, "");
    List<Change> listed = new ArrayList<>();
    items(image, last).forEach((key, change) -> listed.add(restated(change, place, asOf)));
    ItemChange all = new ItemChange(null, "IMAGE#" + image, null, null, null, asOf, "reading");
    String what =
        "reading of %s after %d, which lists %s"
            .formatted(image, 2 * last, listed.stream().map(c -> c.fact().entity()).toList());
    return new Change(place, all, null, "READING", what, listed);
  }

  /** The newest change of each item that is there after a change. */
  private Map<String, Change> items(String image, int last) {
    Map<String, Change> items = new TreeMap<>();
    for (Change change : changes.subList(0, last + 1)) {
      if (change.fact() != null && change.image().equals(image)) {
        if (change.fact().isRemoval()) {
          items.remove(change.item().sortKey());
        } else {
          items.put(change.item().sortKey(), change);
        }
      }
    }
    return items;
  }

  private static Change restated(Change change, int place, Version asOf) {
    ItemChange item = change.item();
    FactChange fact = change.fact();
    return new Change(
        place,
        new ItemChange(
            Operation.MODIFY,
            item.partitionKey(),
            item.sortKey(),
            item.newItem(),
            item.newItem(),
            asOf,
            "reading"),
        new FactChange(fact.image(), fact.entity(), fact.fact(), asOf, false, true, null),
        null,
        "listed " + fact.entity(),
        null);
  }
}
