package io.chromasync.mapping;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RunDelta;
import io.chromasync.model.Version;
import java.util.Locale;

/**
 * What a run's item says of its deltas.
 *
 * <p>What it says in a wrong type it does not say: a run without a prefix fails, and is told so in
 * its item, where a rejected one would be waited for for ever.
 */
final class RunItems {

  private RunItems() {}

  /**
   * The delta for one collection.
   *
   * @param change by which the item came
   * @param item its new item
   * @param version of all that the delta holds
   */
  static RunDelta delta(ItemChange change, Item item, Collection collection, Version version) {
    EntityKey run = ItemKeys.entity(change.sortKey());
    return new RunDelta(
        ItemKeys.image(change.partitionKey()),
        run.receipt(),
        run.name(),
        collection,
        item.textOrNull(collection.name().toLowerCase(Locale.ROOT) + "_delta_prefix"),
        version,
        change,
        item.textOrNull("created_at"));
  }
}
