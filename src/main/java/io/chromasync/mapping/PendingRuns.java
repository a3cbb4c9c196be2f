package io.chromasync.mapping;

import io.chromasync.model.Collection;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RunDelta;
import io.chromasync.model.Version;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The runs among the items of one image that are to be loaded: of each receipt the newest run, for
 * the collections in which its item says that it is not done, or for both if all are asked for. Its
 * INSERT may lie before the job's first change, or in a gap.
 *
 * <p>An older run is not looked at, merged or not: the newest one wins. A run has the version of
 * its INSERT, which a reading of the table does not know; the second in which the item says it was
 * created stands for it, before every change of that second, as the stream says no finer ones: a
 * run of the same second that comes by the stream is newer. One that does not say is left alone.
 */
final class PendingRuns {

  private static final Set<String> PENDING = Set.of("PENDING", "PROCESSING");

  private final boolean all;
  private final Map<Integer, Run> newest = new TreeMap<>();

  private record Run(ItemChange change, Item item, Instant created) {}

  /**
   * @param all whether a run that is done is loaded again; what it brings is then written again
   */
  PendingRuns(boolean all) {
    this.all = all;
  }

  /** Takes a run's item, which mapping found to be one of the image. */
  void add(ItemChange change) throws BadItemException {
    Item item = Item.parse(change.newItem());
    Instant created = created(item);
    if (created != null) {
      newest.merge(
          ItemKeys.entity(change.sortKey()).receipt(),
          new Run(change, item, created),
          (one, other) ->
              Comparator.comparing(Run::created)
                          .thenComparing(run -> run.change().sortKey())
                          .compare(one, other)
                      > 0
                  ? one
                  : other);
    }
  }

  List<RunDelta> deltas() {
    List<RunDelta> deltas = new ArrayList<>();
    for (Run run : newest.values()) {
      // Not by ChronoUnit.MICROS, which counts nanoseconds and overflows after 292 years.
      long micros = TimeUnit.SECONDS.toMicros(run.created().getEpochSecond());
      Version version = new Version(micros, "");
      for (Collection collection : Collection.values()) {
        String state = run.item().textOrNull(name(collection) + "_state");
        if (all || (state != null && PENDING.contains(state))) {
          ItemChange change = all ? run.change().again() : run.change();
          deltas.add(RunItems.delta(change, run.item(), collection, version));
        }
      }
    }
    return deltas;
  }

  private static String name(Collection collection) {
    return collection.name().toLowerCase(Locale.ROOT);
  }

  private static Instant created(Item item) {
    String created = item.textOrNull("created_at");
    try {
      return created == null ? null : IsoTime.parse(created);
    } catch (DateTimeException unreadable) {
      return null;
    }
  }
}
