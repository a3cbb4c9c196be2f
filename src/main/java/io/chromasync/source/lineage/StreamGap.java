package io.chromasync.source.lineage;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * Signals that the stream lacks changes that were to be read, while {@code source.on-gap} is {@code
 * fail}.
 *
 * <p>A restart cannot recover these changes. The exception therefore stops the job permanently,
 * whatever its restart strategy: Flink's {@link
 * org.apache.flink.runtime.throwable.ThrowableClassifier} finds the annotation in the cause of the
 * job's failure.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class StreamGap extends RuntimeException {

  /** Creates the exception with a message for operators. */
  public StreamGap(String message) {
    super(message);
  }
}
