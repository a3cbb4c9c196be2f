package io.chromasync.simulation;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What happened in many simulations. */
final class Tally {

  private final long start = System.nanoTime();
  private final Map<SimulatedFault, Integer> faults = new EnumMap<>(SimulatedFault.class);
  private int simulations;
  private long changes;
  private long writes;
  private int crashes;
  private int rollbacks;

  void add(Simulation simulation) {
    simulations++;
    changes += simulation.changes();
    writes += simulation.writes();
    crashes += simulation.crashes();
    rollbacks += simulation.rollbacks();
    simulation.faults().forEach((fault, times) -> faults.merge(fault, times, Integer::sum));
  }

  int simulations() {
    return simulations;
  }

  Map<SimulatedFault, Integer> faults() {
    return faults;
  }

  int crashes() {
    return crashes;
  }

  int rollbacks() {
    return rollbacks;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s simulations in %.1f s: %s changes, %s writes, %s failures of the job, %s rollbacks of"
            + " Chroma, faults %s",
        simulations,
        (System.nanoTime() - start) / 1e9,
        changes,
        writes,
        crashes,
        rollbacks,
        faults);
  }
}
