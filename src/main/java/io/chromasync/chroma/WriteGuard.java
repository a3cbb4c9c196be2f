package io.chromasync.chroma;

import io.chromasync.model.Rollback;
import java.util.List;

/**
 * Hooks of the writer for {@link RollbackGuard}, which checks that Chroma keeps all acknowledged
 * writes. Called by the task's thread.
 */
interface WriteGuard {

  /** Returns once Chroma has been compared with the restored state; called before each write. */
  void awaitStart() throws InterruptedException;

  /**
   * Compares Chroma with the mark and advances the mark. Called at a barrier, when Chroma has
   * acknowledged all writes.
   *
   * @param wrote true if anything was written since the last barrier; if false, an unavailable
   *     Chroma causes no failure
   */
  void flushed(boolean wrote) throws InterruptedException;

  /** Accepts the current watermark, in milliseconds of event time. */
  void watermark(long eventTime);

  /** Takes the end of a rewrite after a rollback: all its mutations have arrived. */
  void rewritten(Rollback rollback);

  /** Returns the marks to store in the current checkpoint. */
  List<Mark> state();

  void close();
}
