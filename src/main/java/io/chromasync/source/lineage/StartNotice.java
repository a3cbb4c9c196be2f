package io.chromasync.source.lineage;

import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the instant at which a job without state starts to read, and the first complete checkpoint.
 * Until then, a restarted job may start at another instant. Used by the coordinator's thread.
 */
public final class StartNotice {

  private static final Logger LOG = LoggerFactory.getLogger(StartNotice.class);

  private static final long NONE = Long.MAX_VALUE;

  /** True until there is a checkpoint from which a start can resume. */
  private boolean fresh;

  /** First checkpoint that contains the start position. */
  private long first = NONE;

  /**
   * @param fresh true if the job has no state
   */
  public StartNotice(boolean fresh) {
    this.fresh = fresh;
  }

  /** Logs the start position, unless the job has state. */
  public void begins(StartPosition start, Instant now) {
    if (fresh) {
      LOG.info(sentence(start, now));
    }
  }

  /**
   * Records a checkpoint that is being taken.
   *
   * @param begun true if the checkpoint contains the start position
   */
  public void snapshot(long checkpoint, boolean begun) {
    if (begun && first == NONE) {
      first = checkpoint;
    }
  }

  /** Records a complete checkpoint. Logs the first checkpoint that contains the start position. */
  public void complete(long checkpoint) {
    if (fresh && checkpoint >= first) {
      fresh = false;
      LOG.info(
          "The first checkpoint is complete: a start from it, or from a later checkpoint, resumes"
              + " at the recorded positions.");
    }
  }

  static String sentence(StartPosition start, Instant now) {
    Instant from = Instant.ofEpochMilli(start.fromMillis(now));
    return switch (start.kind()) {
      case TRIM_HORIZON -> "The job has no state and begins with the oldest change of the stream.";
      case INSTANT ->
          ("The job has no state and begins at 'source.start' %s: changes from %s on are read,"
                  + " because their timestamps may be rounded down to the minute.")
              .formatted(start.timestamp(), from);
      case LATEST ->
          ("The job has no state and begins at 'source.start' latest, which is %s: changes from %s"
                  + " on are read, because their timestamps may be rounded down to the minute."
                  + " Deletes of that minute are applied again. If the job ends before its first"
                  + " checkpoint and is started again, latest is a later instant, and changes made"
                  + " in between are not read: set 'source.start' to %s for such a start.")
              .formatted(start.timestamp() == null ? now : start.timestamp(), from, from);
    };
  }
}
