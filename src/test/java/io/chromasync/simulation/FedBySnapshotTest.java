package io.chromasync.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.chromasync.simulation.FedBySnapshot.Way;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * A law: a job that has read every change of a table, and one that starts later with a snapshot of
 * it, show the same.
 *
 * <p>{@code -Dsimulation.seed=…} replays one history; {@code -Dfed.histories=…} tries more.
 */
class FedBySnapshotTest {

  private static final int HISTORIES = Integer.getInteger("fed.histories", 100);

  @ParameterizedTest
  @EnumSource(Way.class)
  void c12AJobFedByASnapshotShowsWhatOneFedByTheStreamShows(Way way) {
    check(way, false);
  }

  /** An export brings no runs. */
  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      mode = Mode.INCLUDE,
      names = {"SCAN", "REQUEST"})
  void c13AJobThatBringsATableIntoAnEmptyChromaShowsTheSame(Way way) {
    check(way, true);
  }

  /** The mutants of rule 20, by which way they are caught. */
  @ParameterizedTest
  @EnumSource(
      value = Mutant.class,
      names = {
        "LABELS_OF_UNLISTED_WORDS_COUNT",
        "UNLISTED_LINES_STAY_IN_THEIR_ROW",
        "UNLISTED_PLACES_LEAVE_THEIR_TEXTS",
        "WHAT_IS_LISTED_LISTS_ITS_PARENTS",
        "UNLISTED_RECEIPTS_HIDE_THEIR_CHILDREN",
        "UNLISTED_BEATS_WHAT_COMES_LATER"
      })
  void c12TheLawNoticesWhoBreaksTheRule(Mutant mutant) {
    for (long seed = 0; seed < 5_000; seed++) {
      try {
        new FedBySnapshot(seed, Way.SCAN, true, mutant.parts()).check();
      } catch (Violation caught) {
        new FedBySnapshot(seed, Way.SCAN, true, new Parts()).check();
        System.err.printf("%s breaks the law in history %s%n", mutant, seed + 1);
        return;
      }
    }
    fail("%s survives", mutant);
  }

  private static void check(Way way, boolean isChromaEmpty) {
    Long replayed = Long.getLong("simulation.seed");
    long first = replayed == null ? new Random().nextInt(Integer.MAX_VALUE) : replayed;
    int histories = replayed == null ? HISTORIES : 1;
    System.err.printf("%s histories by %s from seed %s%n", histories, way, first);
    for (long seed = first; seed < first + histories; seed++) {
      try {
        new FedBySnapshot(seed, way, isChromaEmpty, new Parts()).check();
      } catch (Violation violation) {
        fail("-Dsimulation.seed=%s%n%s", seed, violation.getMessage());
      }
    }
    assertThat(histories).isPositive();
  }
}
