package io.chromasync.mapping;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.FactChange;
import io.chromasync.model.RunDelta;
import java.util.List;

/** What one item change means: a change of a fact, nothing to us, or a contradiction. */
sealed interface Meaning {

  /** The item is ours and readable. */
  record Fact(FactChange change) implements Meaning {}

  /** A run came: what it brings waits in two deltas. */
  record Run(List<RunDelta> deltas) implements Meaning {}

  /** The item is of a kind that means nothing to Chroma. */
  record Ignored(String type) implements Meaning {}

  /**
   * The item is, or claims to be, ours and cannot be used.
   *
   * @param entity path of the entity if it was understood, else null
   */
  record Rejected(DeadLetter.Reason reason, String entity, String detail) implements Meaning {}
}
