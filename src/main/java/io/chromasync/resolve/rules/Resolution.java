package io.chromasync.resolve.rules;

import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation;
import java.util.List;

/**
 * Consequences of one change.
 *
 * @param mutations in the order in which Chroma must receive them
 * @param tombstones 1 if the change wrote a tombstone, -1 if it replaced a tombstone, else 0
 * @param unchanged number of records checked that need no write
 * @param missing number of records that should be shown again but cannot be: their vectors are no
 *     longer retained
 */
public record Resolution(
    ChangeOutcome outcome, List<Mutation> mutations, int tombstones, int unchanged, int missing) {

  /** Copy in which this change is the cause of every mutation. */
  public Resolution causedBy(ItemChange change) {
    return new Resolution(
        outcome,
        mutations.stream().map(mutation -> mutation.causedBy(change)).toList(),
        tombstones,
        unchanged,
        missing);
  }

  static Resolution nothing(ChangeOutcome outcome) {
    return new Resolution(outcome, List.of(), 0, 0, 0);
  }
}
