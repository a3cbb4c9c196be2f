package io.chromasync.resolve;

import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation;
import java.util.List;

/**
 * What follows from one change.
 *
 * @param mutations in the order in which Chroma must see them
 * @param tombstones 1 if the change wrote one, -1 if it put something in the place of one, else 0
 * @param unchanged how many records were looked at and already were as they should be
 * @param missing how many records should be shown again and cannot be: their vectors are no longer
 *     kept
 */
record Resolution(
    Outcome outcome, List<Mutation> mutations, int tombstones, int unchanged, int missing) {

  /** The same, where all that must be written has this cause. */
  Resolution causedBy(ItemChange change) {
    return new Resolution(
        outcome,
        mutations.stream().map(mutation -> mutation.causedBy(change)).toList(),
        tombstones,
        unchanged,
        missing);
  }

  static Resolution nothing(Outcome outcome) {
    return new Resolution(outcome, List.of(), 0, 0, 0);
  }
}
