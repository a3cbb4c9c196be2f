package io.chromasync.simulation;

import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Version;
import io.chromasync.simulation.Listing.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Readings of the table of a history: what was in it after one of its changes, as of a second
 * before which nothing is missing in them. Some of what they list happened after that second. Most
 * are of single images, some of these to repair Chroma; there may be one of the whole table.
 *
 * @param told in any order
 * @param end of the reading of the whole table, if there is one
 * @param listedUntil how much must be told before all that the whole reading lists was
 */
record Readings(List<Change> told, List<Change> end, int listedUntil) {

  /** By how many changes a reading says less than it knows. */
  private static final int MARGIN = 10;

  /** Within how many changes a scan of the whole table comes to all images. */
  private static final int SCAN = 10;

  /**
   * None of single images or a few, and one of the whole table or none; mostly one, for a job that
   * has missed changes.
   */
  static Readings of(History history, int missed, RandomGenerator random) {
    List<Change> whole = new ArrayList<>();
    List<Change> end = new ArrayList<>();
    if (random.nextInt(100) < (missed == 0 ? 30 : 80)) {
      Table table = new Table(history.changes(), random);
      whole.addAll(random.nextBoolean() ? table.scan(end) : table.export(end));
    }
    List<Change> told = singles(history.changes(), random);
    // Of one image as of one second there is one reading: two would be two changes of one version.
    told.removeIf(each -> isTwin(each, whole) || isTwin(each, end));
    whole.forEach(piece -> told.add(random.nextInt(told.size() + 1), piece));
    int listedUntil = whole.stream().mapToInt(told::lastIndexOf).max().orElse(-1) + 1;
    return new Readings(told, end, listedUntil);
  }

  private static List<Change> singles(List<Change> changes, RandomGenerator random) {
    List<Change> singles = new ArrayList<>();
    int count = random.nextBoolean() ? 0 : random.nextInt(4);
    for (int i = 0; i < count; i++) {
      Table table = new Table(changes, random);
      int last = random.nextInt(changes.size());
      String image = changes.get(random.nextInt(changes.size())).image();
      Kind kind = random.nextInt(3) == 0 ? Kind.REPAIR : Kind.IMAGE;
      Change single = table.read(kind, image, table.asOf(last), last);
      boolean isOther =
          singles.stream()
              .noneMatch(
                  each -> each.index() == single.index() && each.image().equals(single.image()));
      if (isOther) {
        singles.add(single);
      }
    }
    return singles;
  }

  private static boolean isTwin(Change single, List<Change> others) {
    return others.stream().anyMatch(other -> other.index() == single.index());
  }

  /** The table, and when it is read. */
  record Table(List<Change> changes, RandomGenerator random) {

    /** The first change of the second as of which a reading is that is made after a change. */
    int asOf(int last) {
      int at = Math.max(0, Math.min(last + 1 - random.nextInt(MARGIN), changes.size() - 1));
      long second = changes.get(at).item().version().micros();
      int first = at;
      while (first > 0 && changes.get(first - 1).item().version().micros() == second) {
        first--;
      }
      return first;
    }

    /**
     * Comes to one image after the other, and tells each that has items; its end is as of first.
     */
    private List<Change> scan(List<Change> end) {
      int from = random.nextInt(changes.size());
      int first = asOf(from);
      List<Change> whole = new ArrayList<>();
      for (String image : TableLife.IMAGES) {
        int last = Math.min(from + random.nextInt(SCAN), changes.size() - 1);
        Change read = read(Kind.IMAGE, image, Math.max(first, asOf(last)), last);
        if (!read.listed().isEmpty()) {
          whole.add(read);
        }
      }
      end.add(reading(Kind.END, "", first, from, List.of()));
      return whole;
    }

    private List<Change> export(List<Change> end) {
      int last = random.nextInt(changes.size());
      return export(asOf(last), last, end);
    }

    /** All as of one second; the items of an image come in pieces, one by one or all together. */
    List<Change> export(int first, int last, List<Change> end) {
      List<Change> whole = new ArrayList<>();
      for (String image : TableLife.IMAGES) {
        List<Change> items = read(Kind.PART, image, first, last).listed();
        int size = 1 + random.nextInt(5);
        for (int from = 0; from < items.size(); from += size) {
          List<Change> piece = items.subList(from, Math.min(from + size, items.size()));
          whole.add(reading(Kind.PART, image, first, last, piece));
        }
      }
      end.add(end(first, last));
      return whole;
    }

    /** The end of a reading of the whole table. */
    Change end(int first, int last) {
      return reading(Kind.END, "", first, last, List.of());
    }

    Change read(Kind kind, String image, int first, int last) {
      List<Change> listed = new ArrayList<>();
      items(image, last)
          .values()
          .forEach(change -> listed.add(noOp(change, place(first), version(first))));
      return reading(kind, image, first, last, listed);
    }

    private Change reading(Kind kind, String image, int first, int last, List<Change> listed) {
      ItemChange all =
          new ItemChange(null, "IMAGE#" + image, null, null, null, version(first), "reading");
      String what =
          "reading, %s, of %s after %s, which lists %s"
              .formatted(
                  kind, image, 2 * last, listed.stream().map(c -> c.fact().entity()).toList());
      return new Change(place(first), all, null, "READING", what, new Listing(kind, listed));
    }

    private static int place(int first) {
      return 2 * first - 1;
    }

    private Version version(int first) {
      return new Version(changes.get(first).item().version().micros(), "");
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

    private static Change noOp(Change change, int place, Version asOf) {
      ItemChange item = change.item();
      FactChange fact = change.fact();
      return new Change(
          place,
          new ItemChange(
              Operation.LISTED,
              item.partitionKey(),
              item.sortKey(),
              item.newItem(),
              null,
              asOf,
              "reading"),
          new FactChange(fact.partition(), fact.entity(), fact.fact(), asOf, false, true, null),
          null,
          "listed " + fact.entity(),
          null);
    }
  }
}
