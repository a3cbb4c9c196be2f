package io.chromasync.mapping;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.FactChange;
import io.chromasync.model.RunDelta;
import java.util.List;

/** Result of mapping one item change: a fact, a run, ignored, or rejected. */
sealed interface MappedItem {

  /** A mapped and valid item. */
  record Fact(FactChange change) implements MappedItem {}

  /** A new run with its two deltas, which are to be loaded. */
  record Run(List<RunDelta> deltas) implements MappedItem {}

  /** An item of a kind that does not affect Chroma. */
  record Ignored(String type) implements MappedItem {}

  /**
   * An item that should be mapped, but cannot be used.
   *
   * @param entity path of the entity if it was parsed, else null
   */
  record Rejected(DeadLetter.Reason reason, String entity, String detail) implements MappedItem {}
}
