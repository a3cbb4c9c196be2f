package io.chromasync.local.oracle;

import java.util.function.ToLongFunction;

/**
 * The identity of promise P3: every change that was read has exactly one outcome, and so have the
 * two deltas of every run, and every delta that a reading of the table found pending. True of the
 * counters of a job that has nothing under way, also after crashes, restores and rescales.
 */
public final class Accounting {

  /** Counters of which every change read raises one. */
  public static final String OUTCOMES =
      "changes_(applied|superseded|duplicate|suppressed|too_late)"
          + "|items_ignored|items_rejected|runs_mapped";

  private final ToLongFunction<String> counters;

  /**
   * @param counters the sum of all counters whose whole name matches a regular expression
   */
  public Accounting(ToLongFunction<String> counters) {
    this.counters = counters;
  }

  /** How many changes were read. */
  public long read() {
    return counters.applyAsLong("items_read");
  }

  /** Whether nothing is under way, and all that was read is accounted for. */
  public boolean holds() {
    return read() == counters.applyAsLong(OUTCOMES)
        && deltas() == counters.applyAsLong("runs_completed|runs_failed");
  }

  /** Fails unless it holds, and says by how much. */
  public void assertHolds() {
    assertEqual("outcomes of the changes read", counters.applyAsLong(OUTCOMES), read());
    assertEqual(
        "outcomes of the two deltas of every run, and of those that a reading found pending",
        counters.applyAsLong("runs_completed|runs_failed"),
        deltas());
  }

  private static void assertEqual(String of, long counted, long expected) {
    if (counted != expected) {
      throw new AssertionError(of + ": " + counted + ", not " + expected);
    }
  }

  private long deltas() {
    return 2 * counters.applyAsLong("runs_mapped") + counters.applyAsLong("pending_deltas_listed");
  }
}
