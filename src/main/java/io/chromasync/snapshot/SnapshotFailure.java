package io.chromasync.snapshot;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * What is to be read cannot be used as it is: a broken export, a table that is not the one meant, a
 * partition that is too large. No restart mends it, so it stops the job for good whatever its
 * restart strategy is, before anything was told to be gone.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
final class SnapshotFailure extends RuntimeException {

  SnapshotFailure(String message) {
    super(message);
  }

  SnapshotFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
