package io.chromasync.ops.audit;

import java.time.Instant;

/** Changes on their way from the table to Chroma. */
@FunctionalInterface
interface Landing {

  /**
   * Waits until the job has applied every change of the table up to a time.
   *
   * @return false if it is not known whether it has
   */
  boolean await(Instant time) throws InterruptedException;

  /** Pauses while the job falls behind, so that an audit does not take what the job needs. */
  default void rest() throws InterruptedException {}
}
