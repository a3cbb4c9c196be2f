package io.chromasync.simulation;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which faults a server has, and how often.
 *
 * @param percent of requests
 * @param kinds the more often named, the more often drawn
 */
record Faults(int percent, List<SimulatedFault> kinds) {

  static final Faults NONE = new Faults(0, List.of());

  static final List<SimulatedFault> USUAL =
      List.of(
          SimulatedFault.THROTTLED,
          SimulatedFault.THROTTLED,
          SimulatedFault.FAILED_BEFORE,
          SimulatedFault.FAILED_AFTER,
          SimulatedFault.CUT_BEFORE,
          SimulatedFault.CUT_AFTER,
          SimulatedFault.HUNG_BEFORE,
          SimulatedFault.HUNG_AFTER,
          SimulatedFault.APPLIED_LATE,
          SimulatedFault.FOREIGN_BEFORE,
          SimulatedFault.FOREIGN_AFTER,
          SimulatedFault.UNAUTHORIZED,
          SimulatedFault.DOWN);

  /** Some histories see none of a kind, some nothing else. */
  static Faults some(RandomGenerator random) {
    int percent = List.of(0, 3, 15, 40).get(random.nextInt(4));
    if (random.nextInt(3) == 0) {
      return new Faults(percent, List.of(USUAL.get(random.nextInt(USUAL.size()))));
    }
    return new Faults(percent, USUAL);
  }

  /** The fault of one request, or null. */
  SimulatedFault draw(RandomGenerator random) {
    return random.nextInt(100) < percent ? kinds.get(random.nextInt(kinds.size())) : null;
  }

  /** Now and then longer than the writer tries. */
  long outageMillis(RandomGenerator random) {
    return random.nextInt(12) == 0 ? 330_000 : 100 + random.nextInt(20_000);
  }
}
