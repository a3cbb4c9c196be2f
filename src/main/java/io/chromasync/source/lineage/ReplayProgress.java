package io.chromasync.source.lineage;

/**
 * Progress of a replay: due, started, or complete. Until a checkpoint that contains the replay is
 * complete, readers may report positions from before the replay.
 *
 * <p>Used by one thread.
 */
public final class ReplayProgress {

  private enum Stage {
    NONE,
    DUE,
    /** Started, and in no checkpoint yet. */
    BEGUN,
    /** In a checkpoint that is not complete. */
    STORED
  }

  private Stage stage;
  private long checkpoint;

  /**
   * Creates the progress of a replay that is not started yet, or of no replay.
   *
   * @param due true if a replay is to be started
   */
  public ReplayProgress(boolean due) {
    this.stage = due ? Stage.DUE : Stage.NONE;
  }

  /** Returns whether a replay is to be started. */
  public boolean isDue() {
    return stage == Stage.DUE;
  }

  /** Returns whether reports of readers may be from before the replay. */
  public boolean outdatesReports() {
    return stage == Stage.BEGUN || stage == Stage.STORED;
  }

  /** Marks the replay as started. */
  public void begun() {
    stage = Stage.BEGUN;
  }

  /**
   * Records a checkpoint that is being taken. The first checkpoint after the start contains the
   * replay.
   *
   * @param id id of the checkpoint
   */
  public void snapshot(long id) {
    if (stage == Stage.BEGUN) {
      stage = Stage.STORED;
      checkpoint = id;
    }
  }

  /**
   * Records a complete checkpoint. The replay is complete if the checkpoint contains it.
   *
   * @param id id of the checkpoint
   */
  public void complete(long id) {
    if (stage == Stage.STORED && id >= checkpoint) {
      stage = Stage.NONE;
    }
  }
}
