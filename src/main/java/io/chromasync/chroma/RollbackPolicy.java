package io.chromasync.chroma;

import io.chromasync.model.Rollback;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * Decides between failing, repairing and ignoring a rollback of Chroma. Pure.
 *
 * @param onRollback value of the setting
 * @param retention retention of tombstones, in event time
 */
record RollbackPolicy(OnRollback onRollback, Duration retention) implements Serializable {

  /**
   * Maximum delay between a change and its processing: a table's stream retains changes for a day.
   * The tombstone of a change processed this late expires that much earlier after processing.
   */
  static final Duration LAG = Duration.ofDays(1);

  private static final String GUIDE =
      "see 'Chroma was restored from a backup' in docs/how-to/on-call.md";

  /**
   * Returns true if the rollback is repaired; otherwise the job fails or continues without a
   * repair.
   */
  boolean repairs(Rollback rollback) {
    return onRollback == OnRollback.REPAIR && isRemembered(rollback);
  }

  /** Returns true if the job fails. */
  boolean fails(Rollback rollback) {
    return onRollback != OnRollback.IGNORE && !repairs(rollback);
  }

  /**
   * Returns true if state still has the tombstone of every delete since the instant that Chroma
   * went back to.
   *
   * <p>The age of an undated rollback is unknown, so the result is false.
   */
  boolean isRemembered(Rollback rollback) {
    long oldest = rollback.noticed() - retention.toMillis() + LAG.toMillis();
    return rollback.isDated() && rollback.from() >= oldest;
  }

  /**
   * Returns one sentence that describes the rollback and the remedy.
   *
   * @param chroma the server and its collections, as in {@code Chroma at … (collections …)}
   */
  String sentence(Rollback rollback, String chroma) {
    String found =
        rollback.isDated()
            ? "%s was rolled back from %s to %s, as by a restored backup, and lacks the writes"
                    .formatted(chroma, instant(rollback.to()), instant(rollback.from()))
                + " acknowledged in between"
            : ("%s holds none of the marks that it acknowledged until %s: it was rolled back to"
                        + " before them,")
                    .formatted(chroma, instant(rollback.to()))
                + " or the marks collection ('chroma.marks-collection') was emptied";
    return found + ". " + advice(rollback) + "; " + GUIDE;
  }

  private String advice(Rollback rollback) {
    if (!fails(rollback)) {
      return onRollback == OnRollback.REPAIR
          ? "All records in state are rewritten ('chroma.on-rollback' is repair)"
          : "Chroma is left unchanged ('chroma.on-rollback' is ignore)";
    }
    if (isRemembered(rollback)) {
      return "Set 'chroma.on-rollback' to repair and start the job from its last checkpoint, or start"
          + " it from a savepoint that is not newer than the backup";
    }
    return ("Tombstones since then may have expired ('resolve.tombstone-retention' is %s, less a"
            + " day), so the job's state cannot repair the collections: rebuild them, or set"
            + " 'chroma.on-rollback' to ignore for one start if they are known to be correct")
        .formatted(retention);
  }

  private static Instant instant(long millis) {
    return Instant.ofEpochMilli(millis);
  }
}
