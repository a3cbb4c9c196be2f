package io.chromasync.snapshot;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * Permanent failure of a snapshot: a damaged export, a wrong table, or a partition that is too
 * large. A restart cannot fix it. So it stops the job, whatever its restart strategy is, before
 * anything counts as deleted.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class SnapshotFailure extends RuntimeException {

  /** Creates the exception with a message for operators. */
  public SnapshotFailure(String message) {
    super(message);
  }

  /** Creates the exception with a message for operators and the cause, which may be null. */
  public SnapshotFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
