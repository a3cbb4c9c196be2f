package io.chromasync.ops.audit;

import java.time.Instant;

/** Wait for changes on their way from the table to the job. */
@FunctionalInterface
interface Landing {

  /**
   * Waits until the job has applied every change of the table up to a time.
   *
   * @return false if it is not known whether it has
   */
  boolean await(Instant time) throws InterruptedException;
}
