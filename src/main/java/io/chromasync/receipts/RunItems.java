package io.chromasync.receipts;

import io.chromasync.model.CollectionName;
import io.chromasync.model.EntityKey;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.Version;

/**
 * Reader of a run's item and its deltas.
 *
 * <p>An attribute of a wrong type counts as absent. A run without a prefix fails, and the failure
 * is written to its item. If the item were rejected instead, clients would wait for the run
 * indefinitely.
 */
final class RunItems {

  private RunItems() {}

  /**
   * Delta for one collection.
   *
   * @param change that contains the item
   * @param item its new item
   * @param version of everything in the delta
   */
  static RunDelta delta(ItemChange change, Item item, CollectionName collection, Version version) {
    EntityKey run = ItemKeys.entity(change.sortKey());
    return new RunDelta(
        ItemKeys.image(change.partitionKey()),
        run.parent(),
        run.name(),
        collection,
        item.textOrNull(collection.name() + "_delta_prefix"),
        version,
        new ItemKey(change.partitionKey(), change.sortKey()),
        change,
        item.textOrNull("created_at"));
  }
}
