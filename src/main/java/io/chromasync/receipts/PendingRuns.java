package io.chromasync.receipts;

import io.chromasync.model.CollectionName;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RunDelta;
import io.chromasync.model.Version;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs to be loaded among the items of one image. For each receipt this is the newest run, for the
 * collections that its item marks as pending or processing, or for both collections on request. Its
 * INSERT may lie before the job's first change, or in a gap.
 *
 * <p>Older runs are skipped, merged or not: the newest run wins. A run has the version of its
 * INSERT, which a snapshot does not contain. The creation time in the item replaces it, rounded
 * down to the second, because stream versions have no finer resolution. A run of the same second
 * from the stream is therefore newer. The version is never newer than the snapshot: a clock ahead
 * of the stream would hide the next run. A run without a creation time is skipped.
 */
final class PendingRuns {

  private static final Set<String> PENDING = Set.of("PENDING", "PROCESSING");

  private final boolean all;
  private final Map<Integer, Run> newest = new TreeMap<>();

  private record Run(ItemChange change, Item item, Instant created) {}

  /**
   * @param all true to load completed runs again, so that their records are written again
   */
  PendingRuns(boolean all) {
    this.all = all;
  }

  /** Adds a run's item, which mapping has found to belong to the image. */
  void add(ItemChange change) throws BadItemException {
    Item item = Item.parse(change.newItem());
    Instant created = created(item);
    if (created != null) {
      newest.merge(
          ReceiptKeys.receiptOf(ItemKeys.entity(change.sortKey())),
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
      Version version = version(run);
      for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
        String state = run.item().textOrNull(collection.name() + "_state");
        if (all || (state != null && PENDING.contains(state))) {
          ItemChange change = all ? run.change().again() : run.change();
          deltas.add(RunItems.delta(change, run.item(), collection, version));
        }
      }
    }
    return deltas;
  }

  private static Version version(Run run) {
    // ChronoUnit.MICROS is not used: it counts nanoseconds and overflows after 292 years.
    long micros = TimeUnit.SECONDS.toMicros(run.created().getEpochSecond());
    Version created = new Version(micros, "");
    Version asOf = run.change().version();
    return created.isAfter(asOf) ? asOf : created;
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
