package io.chromasync.source;

import io.chromasync.model.ItemChange;
import java.io.Serializable;

/**
 * Predicate that selects the changes whose items are needed, by key and type alone. All other
 * changes are emitted too, without their items.
 */
@FunctionalInterface
public interface ItemFilter extends Serializable {

  /** Selects all changes. */
  ItemFilter ALL = change -> true;

  /**
   * Returns whether the items of this change are needed.
   *
   * @param change the change, without its items
   */
  boolean wantsItems(ItemChange change);
}
