package io.chromasync.chroma;

import java.util.List;

/**
 * What the writer asks of whoever watches that Chroma keeps what it acknowledged: the seam between
 * writing and {@link RollbackGuard}. Called by the task's thread.
 */
interface WriteGuard {

  /** Before a write: returns when Chroma was compared with what the state says. */
  void awaitStart() throws InterruptedException;

  /**
   * At a barrier, when Chroma has acknowledged all writes: compares, and advances the mark.
   *
   * @param wrote whether there were any since the last barrier; if not, a Chroma that is away fails
   *     nothing
   */
  void flushed(boolean wrote) throws InterruptedException;

  /** Event time has come so far, in milliseconds. */
  void watermark(long eventTime);

  /** What the checkpoint of this barrier holds. */
  List<Mark> state();

  void close();
}
