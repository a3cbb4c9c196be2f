package io.chromasync.simulation;

import java.util.random.RandomGenerator;

/**
 * What decides a simulation: with the same plan the same happens.
 *
 * @param seed of all chance
 * @param changes how many, about
 * @param missed how many of them were over when the job started
 * @param disorder whether changes come twice and out of order
 * @param crashes most of them
 * @param faults of the server; null = by chance
 * @param rollbacks most of the times that Chroma goes back to an earlier copy
 */
record Plan(
    long seed,
    int changes,
    int missed,
    boolean disorder,
    int crashes,
    Faults faults,
    int rollbacks) {

  private static final int FEWEST_CHANGES = 8;
  private static final int MOST_CHANGES = 70;
  private static final int MOST_CRASHES = 3;

  /** All that a seed decides. */
  static Plan of(long seed) {
    Chance chance = new Chance(seed);
    int changes = chance.of("length").nextInt(FEWEST_CHANGES, MOST_CHANGES);
    RandomGenerator late = chance.of("late");
    return new Plan(
        seed,
        changes,
        late.nextInt(5) < 2 ? late.nextInt(changes) : 0,
        chance.of("disorder").nextInt(4) > 0,
        chance.of("crashes").nextInt(MOST_CRASHES + 1),
        null,
        chance.of("rollbacks").nextInt(3) > 0 ? 0 : 1 + chance.of("more").nextInt(2));
  }

  Plan changes(int fewer) {
    return new Plan(seed, fewer, missed, disorder, crashes, faults, rollbacks);
  }

  /** Starts at the beginning. */
  Plan early() {
    return new Plan(seed, changes, 0, disorder, crashes, faults, rollbacks);
  }

  Plan inOrder() {
    return new Plan(seed, changes, missed, false, crashes, faults, rollbacks);
  }

  Plan crashes(int fewer) {
    return new Plan(seed, changes, missed, disorder, fewer, faults, rollbacks);
  }

  Plan faults(Faults others) {
    return new Plan(seed, changes, missed, disorder, crashes, others, rollbacks);
  }

  Plan rollbacks(int others) {
    return new Plan(seed, changes, missed, disorder, crashes, faults, others);
  }
}
