package io.chromasync.simulation;

/**
 * What decides a simulation: with the same plan the same happens.
 *
 * @param seed of all chance
 * @param changes how many, about
 * @param disorder whether changes come twice and out of order
 * @param crashes most of them
 * @param faults of the server; null = by chance
 * @param rollbacks most of the times that Chroma goes back to an earlier copy
 */
record Plan(long seed, int changes, boolean disorder, int crashes, Faults faults, int rollbacks) {

  private static final int FEWEST_CHANGES = 8;
  private static final int MOST_CHANGES = 70;
  private static final int MOST_CRASHES = 3;

  /** All that a seed decides. */
  static Plan of(long seed) {
    Chance chance = new Chance(seed);
    return new Plan(
        seed,
        chance.of("length").nextInt(FEWEST_CHANGES, MOST_CHANGES),
        chance.of("disorder").nextInt(4) > 0,
        chance.of("crashes").nextInt(MOST_CRASHES + 1),
        null,
        chance.of("rollbacks").nextInt(3) > 0 ? 0 : 1 + chance.of("more").nextInt(2));
  }

  Plan changes(int fewer) {
    return new Plan(seed, fewer, disorder, crashes, faults, rollbacks);
  }

  Plan inOrder() {
    return new Plan(seed, changes, false, crashes, faults, rollbacks);
  }

  Plan crashes(int fewer) {
    return new Plan(seed, changes, disorder, fewer, faults, rollbacks);
  }

  Plan faults(Faults others) {
    return new Plan(seed, changes, disorder, crashes, others, rollbacks);
  }

  Plan rollbacks(int fewer) {
    return new Plan(seed, changes, disorder, crashes, faults, fewer);
  }
}
