package io.chromasync.simulation;

import io.chromasync.simulation.Listing.Kind;
import io.chromasync.testing.ChromaModel.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Two jobs on one table. One has read it while it was empty, and every change since. The other
 * starts later, without state: it reads the table in one of the ways there are, and the changes
 * from then on. In the end they must show the same.
 *
 * <p>The table has lost parents and children before the second job begins. What it cannot know is
 * left out: when something was removed or altered that it never saw; receipts that were removed
 * from above what is left of them (rule 20 counts them as never seen); and vectors of runs that it
 * has not loaded, so what comes after a run is embedded by another.
 */
final class FedBySnapshot {

  /** How the second job reads the table. */
  enum Way {
    /** Every image, at any time among the changes, and the end of all. */
    SCAN,
    /** An image before its first change. */
    FIRST_TOUCH,
    /** An image by request, at any time. */
    REQUEST,
    /** Pieces, at any time and in any order, and the end of all. */
    EXPORT,
    /** The same as a savepoint, before the job starts; Chroma shows all that it lists. */
    BOOTSTRAP
  }

  private static final Set<String> TIMES =
      Set.of("last_label_update", "last_place_update", "labels_removed_at", "place_removed_at");

  private final Way way;
  private final boolean isChromaEmpty;
  private final Parts parts;
  private final RandomGenerator random;
  private final History history;
  private final Readings.Table table;
  private final int last;
  private final int first;

  /**
   * @param isChromaEmpty whether the runs before the reading are still pending, and nothing is in
   *     Chroma; else it shows what the first job showed by then
   */
  FedBySnapshot(long seed, Way way, boolean isChromaEmpty, Parts parts) {
    Chance chance = new Chance(seed);
    RandomGenerator length = chance.of("length");
    int changes = length.nextInt(20, 90);
    int read = changes / 5 + length.nextInt(changes * 3 / 5);
    this.way = way;
    this.isChromaEmpty = isChromaEmpty;
    this.parts = parts;
    this.random = chance.of("reading");
    this.history = TableLife.ofCareful(chance.of("history"), changes, read);
    this.table = new Readings.Table(history.changes(), random);
    this.last = Math.min(read, history.changes().size()) - 1;
    this.first = table.asOf(last);
  }

  /** Runs both, and compares. */
  void check() {
    Fed stream = new Fed(history.deltas(), new Parts());
    Change empty = table.end(0, -1);
    stream.take(empty);
    Map<String, Stored> before = new TreeMap<>();
    List<Change> changes = new ArrayList<>(List.of(empty));
    int until = way == Way.BOOTSTRAP ? last + 1 : first;
    for (Change change : history.changes()) {
      if (change.index() == 2 * until) {
        before = stream.records();
      }
      stream.take(change);
      changes.add(change);
    }
    Expectation.of(changes, history.deltas().values()).check(stream.records(), Set.of());
    if (until == history.changes().size()) {
      before = stream.records();
    }
    Fed snapshot = new Fed(history.deltas(), parts);
    snapshot.holding(isChromaEmpty ? Map.of() : before);
    feed(snapshot);
    compare(stream.records(), snapshot.records());
  }

  private void feed(Fed job) {
    List<Change> arrivals =
        new ArrayList<>(history.changes().subList(first, history.changes().size()));
    switch (way) {
      case SCAN -> {
        List<Change> read = readings(Kind.IMAGE);
        read.forEach(each -> put(each, 0, arrivals));
        int listed = read.stream().mapToInt(arrivals::indexOf).max().orElse(-1) + 1;
        put(table.end(first, last), listed, arrivals);
      }
      case FIRST_TOUCH -> readings(Kind.IMAGE).forEach(each -> beforeFirst(each, arrivals));
      case REQUEST -> readings(Kind.REPAIR).forEach(each -> put(each, 0, arrivals));
      case EXPORT -> {
        List<Change> end = new ArrayList<>();
        List<Change> pieces = table.export(first, last, end);
        pieces.forEach(each -> put(each, 0, arrivals));
        int listed = pieces.stream().mapToInt(arrivals::indexOf).max().orElse(-1) + 1;
        put(end.get(0), listed, arrivals);
      }
      case BOOTSTRAP -> {
        List<Change> end = new ArrayList<>();
        List<Change> pieces = table.export(first, last, end);
        job.bootstrap(pieces, end.get(0));
      }
    }
    arrivals.forEach(arrival -> take(arrival, job));
  }

  /** With a reading come the runs that it lists, if they are pending still. */
  private void take(Change arrival, Fed job) {
    List<Change> runs =
        isChromaEmpty && arrival.isReading() && !arrival.is(Kind.END)
            ? pending(arrival.image())
            : List.of();
    boolean isFirst = random.nextBoolean();
    if (isFirst) {
      runs.forEach(run -> job.load(run, true));
    }
    job.take(arrival);
    if (!isFirst) {
      runs.forEach(run -> job.load(run, true));
    }
  }

  /** Of each receipt the newest run. */
  private List<Change> pending(String image) {
    Map<String, Change> newest = new TreeMap<>();
    for (Change change : history.changes().subList(0, last + 1)) {
      if ("RUN".equals(change.outcome()) && change.image().equals(image)) {
        newest.put(change.item().sortKey().substring(0, "RECEIPT#00000".length()), change);
      }
    }
    return List.copyOf(newest.values());
  }

  private List<Change> readings(Kind kind) {
    return TableLife.IMAGES.stream().map(image -> table.read(kind, image, first, last)).toList();
  }

  private void put(Change arrival, int from, List<Change> arrivals) {
    arrivals.add(from + random.nextInt(arrivals.size() - from + 1), arrival);
  }

  /** Nowhere, if the image has no change. */
  private static void beforeFirst(Change reading, List<Change> arrivals) {
    for (int at = 0; at < arrivals.size(); at++) {
      if (arrivals.get(at).image().equals(reading.image())) {
        arrivals.add(at, reading);
        return;
      }
    }
  }

  private void compare(Map<String, Stored> stream, Map<String, Stored> snapshot) {
    Set<String> ids = new TreeSet<>(stream.keySet());
    ids.addAll(snapshot.keySet());
    for (String id : ids) {
      Stored one = withoutTimes(stream.get(id));
      Stored other = withoutTimes(snapshot.get(id));
      if (!Objects.equals(one, other)) {
        throw new Violation(
            1,
            "%s, %s, as of %s after %s%n%s%n fed by the stream   %s%n fed by a snapshot %s%n%s"
                .formatted(way, isChromaEmpty, 2 * first, 2 * last, id, one, other, story()));
      }
    }
  }

  private String story() {
    return String.join("\n", history.changes().stream().map(Change::toString).toList());
  }

  private static Stored withoutTimes(Stored stored) {
    if (stored == null) {
      return null;
    }
    Map<String, Object> metadata = new TreeMap<>(stored.metadata());
    metadata.keySet().removeAll(TIMES);
    return new Stored(stored.embedding(), stored.document(), metadata);
  }
}
