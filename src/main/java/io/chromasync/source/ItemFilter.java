package io.chromasync.source;

import io.chromasync.model.ItemChange;
import java.io.Serializable;

/**
 * Says whether the items of a change are wanted, by its keys and type alone. Changes whose items
 * are not wanted come all the same, without them.
 */
@FunctionalInterface
public interface ItemFilter extends Serializable {

  /** All items are wanted. */
  ItemFilter ALL = change -> true;

  /**
   * Whether the items of this change are wanted.
   *
   * @param change without its items
   */
  boolean wantsItems(ItemChange change);
}
