package io.chromasync.source;

import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log at which instant a job without state begins to read, and until when it would
 * begin at another one if it was started again. For the coordinator's thread.
 */
final class StartNotice {

  private static final Logger LOG = LoggerFactory.getLogger(StartNotice.class);

  private static final long NONE = Long.MAX_VALUE;

  /** Whether there is no checkpoint yet that a start could go on from. */
  private boolean fresh;

  /** The first checkpoint that knows where reading began. */
  private long first = NONE;

  /**
   * @param fresh whether the job has no state
   */
  StartNotice(boolean fresh) {
    this.fresh = fresh;
  }

  void begins(Start start, Instant now) {
    if (fresh) {
      LOG.info(sentence(start, now));
    }
  }

  /**
   * Is told of a checkpoint that is taken.
   *
   * @param begun whether it knows where reading began
   */
  void snapshot(long checkpoint, boolean begun) {
    if (begun && first == NONE) {
      first = checkpoint;
    }
  }

  void complete(long checkpoint) {
    if (fresh && checkpoint >= first) {
      fresh = false;
      LOG.info(
          "The first checkpoint is complete: a start from it, or from a later one, goes on where"
              + " reading stood.");
    }
  }

  static String sentence(Start start, Instant now) {
    Instant from = Instant.ofEpochMilli(start.fromMillis(now));
    return switch (start.kind()) {
      case TRIM_HORIZON -> "The job has no state and begins with the oldest change of the stream.";
      case MOMENT ->
          ("The job has no state and begins at 'source.start' %s: changes from %s on are read, as"
                  + " their times may be rounded down to the minute.")
              .formatted(start.moment(), from);
      case LATEST ->
          ("The job has no state and begins at 'source.start' latest, which is %s: changes from %s"
                  + " on are read, as their times may be rounded down to the minute, and removals of"
                  + " that minute are carried out again. If the job ends before its first checkpoint"
                  + " and is started again, latest is a later moment, and what changed in between is"
                  + " not read: set 'source.start' to %s for such a start.")
              .formatted(start.moment() == null ? now : start.moment(), from, from);
    };
  }
}
