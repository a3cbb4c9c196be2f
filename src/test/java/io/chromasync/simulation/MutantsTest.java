package io.chromasync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the simulation notices what is broken: each rule in turn, and a server that is too late. */
class MutantsTest {

  /** The rarest to matter, a sweep that does not wait, takes more than a thousand. */
  private static final int HISTORIES = 5_000;

  @ParameterizedTest
  @EnumSource(Mutant.class)
  void everyMutantIsCaught(Mutant mutant) {
    for (long seed = 0; seed < HISTORIES; seed++) {
      Parts parts = mutant.parts();
      Violation violation = violation(parts.plan(seed), parts);
      if (violation != null) {
        System.err.printf(
            "%s breaks promise %s in history %s%n", mutant, violation.promise(), seed + 1);
        return;
      }
    }
    throw new AssertionError("%s survives %s histories".formatted(mutant, HISTORIES));
  }

  @Test
  void c01AWriterThatBelievesTheStatusAloneIsCaught() {
    everyMutantIsCaught(Mutant.STATUSES_ARE_BELIEVED);
  }

  @Test
  void aViolationIsToldInASmallerHistoryWithItsSeed() {
    Plan plan = Plan.of(0);
    Violation violation = violation(plan, Mutant.METADATA_IS_UPSERTED.parts());

    String told = Shrinking.tell(plan, Mutant.METADATA_IS_UPSERTED.parts(), violation);

    assertThat(told)
        .contains("crashes=0", "-Dsimulation.seed=0", violation.getMessage().substring(0, 2));
    assertThat(told.lines().filter(line -> line.startsWith("reads")).count())
        .isLessThan(plan.changes());
  }

  private static Violation violation(Plan plan, Parts parts) {
    try {
      new Simulation(plan, parts, new Story(false)).run();
      return null;
    } catch (Violation violation) {
      return violation;
    }
  }
}
