package io.chromasync.chroma;

import io.chromasync.model.Rollback;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * What follows from a rollback. Pure.
 *
 * @param onRollback as the setting has it
 * @param retention how long removals are remembered, in event time
 */
record RollbackPolicy(OnRollback onRollback, Duration retention) implements Serializable {

  /**
   * How long after it was made a change may be carried out: then its removal is forgotten that much
   * earlier than one that is carried out at once. A table's stream keeps changes for a day.
   */
  static final Duration LAG = Duration.ofDays(1);

  private static final String GUIDE =
      "see 'Chroma was restored from a backup' in docs/how-to/on-call.md";

  /** Whether the rollback is repaired; else the job fails, or goes on as it is. */
  boolean repairs(Rollback rollback) {
    return onRollback == OnRollback.REPAIR && isRemembered(rollback);
  }

  /** Whether the job fails. */
  boolean fails(Rollback rollback) {
    return onRollback != OnRollback.IGNORE && !repairs(rollback);
  }

  /**
   * Whether every removal that was carried out since is in state.
   *
   * <p>Of a rollback that is not dated nobody knows how old it is.
   */
  boolean isRemembered(Rollback rollback) {
    long oldest = rollback.noticed() - retention.toMillis() + LAG.toMillis();
    return rollback.isDated() && rollback.from() >= oldest;
  }

  /**
   * The rollback in one sentence, with what to do.
   *
   * @param chroma the server and its collections, as in {@code Chroma at … (collections …)}
   */
  String sentence(Rollback rollback, String chroma) {
    String found =
        rollback.isDated()
            ? "%s went back from %s to %s, as when a backup is restored, and lacks what it"
                    .formatted(chroma, instant(rollback.to()), instant(rollback.from()))
                + " acknowledged in between"
            : "%s holds none of the marks that it acknowledged until %s: it went back to before them,"
                    .formatted(chroma, instant(rollback.to()))
                + " or the collection of marks ('chroma.marks-collection') was emptied";
    return found + ". " + advice(rollback) + "; " + GUIDE;
  }

  private String advice(Rollback rollback) {
    if (!fails(rollback)) {
      return onRollback == OnRollback.REPAIR
          ? "Everything that is remembered is written again ('chroma.on-rollback' is repair)"
          : "It is left as it is ('chroma.on-rollback' is ignore)";
    }
    if (isRemembered(rollback)) {
      return "Set 'chroma.on-rollback' to repair and start the job from its last checkpoint, or start"
          + " it from a savepoint that is not newer than the backup";
    }
    return ("Removals since then may be forgotten ('resolve.tombstone-retention' is %s, less a day), so"
            + " nothing that the job remembers repairs it: the collections must be built anew, or"
            + " 'chroma.on-rollback' set to ignore for a start if they are known to be right")
        .formatted(retention);
  }

  private static Instant instant(long millis) {
    return Instant.ofEpochMilli(millis);
  }
}
