package io.chromasync.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs scenarios on revisions, in turn, so that what else the machine does meets all of them. A
 * scenario that fails is noted, and the others go on.
 */
final class Rounds {

  private final List<Revision> revisions;
  private final List<BenchScenario> scenarios;
  private final boolean isQuick;
  private final Measurements measured;
  private final List<String> failures = new ArrayList<>();

  /**
   * @param revisions the one that is judged, then the baseline if there is one
   */
  Rounds(List<Revision> revisions, List<BenchScenario> scenarios, boolean isQuick) {
    this.revisions = revisions;
    this.scenarios = scenarios;
    this.isQuick = isQuick;
    this.measured = new Measurements(revisions.stream().map(Revision::name).toList());
  }

  Measurements measured() {
    return measured;
  }

  /** Scenarios that failed, and why. */
  List<String> failures() {
    return failures;
  }

  void run(int rounds) {
    for (int round = 1; round <= rounds; round++) {
      List<Revision> inTurn = new ArrayList<>(revisions);
      if (round % 2 == 0) {
        Collections.reverse(inTurn);
      }
      for (BenchScenario scenario : scenarios) {
        for (Revision revision : inTurn) {
          boolean isJudged = revision.equals(revisions.get(0));
          if (isJudged || scenario.isInOlderCommits()) {
            System.out.printf(
                "round %s of %s  %s of %s …%n", round, rounds, scenario, revision.name());
            run(scenario, revision);
          }
        }
      }
    }
  }

  private void run(BenchScenario scenario, Revision revision) {
    long start = System.nanoTime();
    try {
      for (FigureLine line : revision.run(scenario, isQuick, Rounds::show)) {
        measured.add(scenario, revision.name(), line);
      }
      System.out.printf("              took %s s%n", (System.nanoTime() - start) / 1_000_000_000);
    } catch (IllegalStateException failed) {
      failures.add("%s of %s: %s".formatted(scenario, revision.name(), failed.getMessage()));
      System.out.println("              FAILED");
    }
  }

  private static void show(String line) {
    if (FigureLine.isShown(line)) {
      System.out.println("              " + line);
    }
  }
}
