package io.chromasync.mapping;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RunDelta;
import java.util.List;

/** Result of mapping one item change: a fact, a run, ignored, or rejected. */
public sealed interface MappedItem {

  /** A mapped and valid item. */
  record Fact(FactChange change) implements MappedItem {}

  /** A new run with its two deltas, which are to be loaded. */
  record Run(List<RunDelta> deltas) implements MappedItem {}

  /** An item of a kind that does not affect Chroma. */
  record Ignored(String type) implements MappedItem {}

  /**
   * An item that should be mapped, but cannot be used.
   *
   * @param entity that the keys name, whether or not the rest agrees; null if they name none
   * @param path of the entity if keys and type agree, for messages; else null
   */
  record Rejected(DeadLetter.Reason reason, EntityKey entity, String path, String detail)
      implements MappedItem {

    /** Returns the dead letter of the rejected change. */
    DeadLetter deadLetter(ItemChange change) {
      return new DeadLetter(change, path, reason, detail);
    }
  }
}
