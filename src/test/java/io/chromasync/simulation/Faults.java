package io.chromasync.simulation;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which faults a server has, and how often.
 *
 * @param percent of requests
 * @param kinds the more often named, the more often drawn
 */
record Faults(int percent, List<Fault> kinds) {

  static final Faults NONE = new Faults(0, List.of());

  static final List<Fault> USUAL =
      List.of(
          Fault.THROTTLED,
          Fault.THROTTLED,
          Fault.FAILED_BEFORE,
          Fault.FAILED_AFTER,
          Fault.CUT_BEFORE,
          Fault.CUT_AFTER,
          Fault.HUNG_BEFORE,
          Fault.HUNG_AFTER,
          Fault.APPLIED_LATE,
          Fault.FOREIGN_BEFORE,
          Fault.FOREIGN_AFTER,
          Fault.UNAUTHORIZED,
          Fault.DOWN);

  /** Some histories see none of a kind, some nothing else. */
  static Faults some(RandomGenerator random) {
    int percent = List.of(0, 3, 15, 40).get(random.nextInt(4));
    if (random.nextInt(3) == 0) {
      return new Faults(percent, List.of(USUAL.get(random.nextInt(USUAL.size()))));
    }
    return new Faults(percent, USUAL);
  }

  /** The fault of one request, or null. */
  Fault draw(RandomGenerator random) {
    return random.nextInt(100) < percent ? kinds.get(random.nextInt(kinds.size())) : null;
  }

  /** Now and then longer than the writer tries. */
  long outageMillis(RandomGenerator random) {
    return random.nextInt(12) == 0 ? 330_000 : 100 + random.nextInt(20_000);
  }
}
