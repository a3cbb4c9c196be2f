package io.chromasync.simulation;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * All chance of one simulation: for each purpose a source of its own, so that less of one thing
 * leaves the others as they were.
 */
record Chance(long seed) {

  RandomGenerator of(String purpose) {
    return new SplittableRandom(seed * 31 + purpose.hashCode());
  }
}
