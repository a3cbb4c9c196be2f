package io.chromasync.resolve;

import io.chromasync.model.Mutation;
import java.util.List;

/**
 * What follows from one change.
 *
 * @param mutations in the order in which Chroma must see them
 * @param tombstones 1 if the change wrote one, -1 if it put something in the place of one, else 0
 * @param unchanged how many records were looked at and already were as they should be
 */
record Resolution(Outcome outcome, List<Mutation> mutations, int tombstones, int unchanged) {

  static Resolution nothing(Outcome outcome) {
    return new Resolution(outcome, List.of(), 0, 0);
  }
}
