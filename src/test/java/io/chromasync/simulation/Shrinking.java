package io.chromasync.simulation;

/** Looks for a smaller plan of the same seed that violates the same promise. */
final class Shrinking {

  private final Parts parts;
  private final int promise;
  private Plan smallest;

  private Shrinking(Plan plan, Parts parts, int promise) {
    this.smallest = plan;
    this.parts = parts;
    this.promise = promise;
  }

  /**
   * A violation as its reader needs it: the plan, the story, what is wrong, how to see it again.
   */
  static String tell(Plan plan, Parts parts, Violation found) {
    Shrinking shrinking = new Shrinking(plan, parts, found.promise());
    shrinking.shrink();
    Story story = new Story(true);
    Violation violation = shrinking.violation(shrinking.smallest, story);
    return "%s%n%s%n%s%nThe whole of it: %s%nReplay it with -Dsimulation.seed=%s"
        .formatted(shrinking.smallest, story, violation.getMessage(), plan, plan.seed());
  }

  private void shrink() {
    keep(smallest.early());
    keep(smallest.inOrder());
    keep(smallest.faults(Faults.NONE));
    for (int rollbacks = 0; rollbacks < smallest.rollbacks(); rollbacks++) {
      keep(smallest.rollbacks(rollbacks));
    }
    for (int crashes = 0; crashes < smallest.crashes(); crashes++) {
      keep(smallest.crashes(crashes));
    }
    for (int changes = 1; changes < smallest.changes(); changes++) {
      keep(smallest.changes(changes));
    }
  }

  private void keep(Plan plan) {
    if (violation(plan, new Story(false)) != null) {
      smallest = plan;
    }
  }

  private Violation violation(Plan plan, Story story) {
    try {
      new Simulation(plan, parts, story).run();
      return null;
    } catch (Violation violation) {
      return violation.promise() == promise ? violation : null;
    }
  }
}
