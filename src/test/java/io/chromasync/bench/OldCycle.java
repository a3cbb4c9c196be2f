package io.chromasync.bench;

/**
 * A model, no measurement: time and cost of changes when each invocation downloads a snapshot,
 * applies its changes and uploads the snapshot, as the old system did.
 *
 * <p>An invocation took 19 to 25 s. 10,000 changes cost about $20 in 1,000 invocations, and about
 * $0.40 in 20. Workers are taken to run side by side, which the lock of the snapshot did not allow.
 *
 * @param invocations for {@code changes}
 */
record OldCycle(int changes, int invocations, int workers) {

  private static final double SECONDS = 25;
  private static final double DOLLARS = 0.02;
  private static final int UNIT = 10_000;

  /** Hours for 10,000 changes. */
  double hours() {
    return invocationsOfUnit() * SECONDS / workers / 3_600;
  }

  /** Dollars for 10,000 changes. */
  double dollars() {
    return invocationsOfUnit() * DOLLARS;
  }

  private double invocationsOfUnit() {
    return (double) invocations * UNIT / changes;
  }
}
