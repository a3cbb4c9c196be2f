package io.chromasync.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The promises over many histories, with faults and crashes at any point.
 *
 * <p>{@code -Dsimulation.seed=…} replays one; {@code -Dsimulation.histories=…} tries more, as the
 * profile {@code nightly} does.
 */
class SimulationTest {

  private static final int HISTORIES = Integer.getInteger("simulation.histories", 1_000);

  @Test
  void everyHistoryKeepsThePromises() {
    Long replayed = Long.getLong("simulation.seed");
    long first = replayed == null ? new Random().nextInt(Integer.MAX_VALUE) : replayed;
    int histories = replayed == null ? HISTORIES : 1;
    System.err.printf("%s simulations from seed %s%n", histories, first);
    Tally tally = new Tally();
    for (long seed = first; seed < first + histories; seed++) {
      tally.add(run(Plan.of(seed)));
    }
    System.err.println(tally);
    assertThat(tally.simulations()).isEqualTo(histories);
  }

  /** Every other history has rollbacks; in some all that goes wrong is one. */
  @Test
  void c02AChromaThatWentBackEndsInAgreement() {
    int histories = 0;
    for (long seed = 0; histories < 300; seed++) {
      Plan plan = Plan.of(seed);
      if (plan.rollbacks() > 0) {
        histories++;
        run(plan);
        run(plan.faults(Faults.NONE).crashes(0));
        run(plan.faults(Faults.NONE).crashes(0).inOrder());
      }
    }
  }

  @Test
  void theSameSeedTellsTheSameStory() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(story(seed)).isEqualTo(story(seed));
    }
  }

  @Test
  void everyFaultHappens() {
    Tally tally = new Tally();
    for (long seed = 0; seed < 200; seed++) {
      tally.add(run(Plan.of(seed)));
    }
    assertThat(tally.faults()).containsOnlyKeys(Set.copyOf(Faults.USUAL));
    assertThat(tally.crashes()).isPositive();
    assertThat(tally.rollbacks()).isPositive();
  }

  private static Simulation run(Plan plan) {
    try {
      return new Simulation(plan, new Parts(), new Story(false)).run();
    } catch (Violation violation) {
      return fail(Shrinking.tell(plan, new Parts(), violation));
    }
  }

  private static String story(long seed) {
    Story story = new Story(true);
    new Simulation(Plan.of(seed), new Parts(), story).run();
    return story.toString();
  }
}
