package io.chromasync.source;

/**
 * Whether a replay is still to begin, and whether what readers report is from before it. They do so
 * until a checkpoint is complete that knows of it.
 *
 * <p>Used by one thread.
 */
final class ReplayProgress {

  private enum Stage {
    NONE,
    DUE,
    /** In no checkpoint yet. */
    BEGUN,
    /** In one that is not complete. */
    STORED
  }

  private Stage stage;
  private long checkpoint;

  ReplayProgress(boolean due) {
    this.stage = due ? Stage.DUE : Stage.NONE;
  }

  boolean isDue() {
    return stage == Stage.DUE;
  }

  /** Whether reports of readers may be from before it. */
  boolean outdatesReports() {
    return stage == Stage.BEGUN || stage == Stage.STORED;
  }

  void begun() {
    stage = Stage.BEGUN;
  }

  void snapshot(long id) {
    if (stage == Stage.BEGUN) {
      stage = Stage.STORED;
      checkpoint = id;
    }
  }

  void complete(long id) {
    if (stage == Stage.STORED && id >= checkpoint) {
      stage = Stage.NONE;
    }
  }
}
