package io.chromasync.source;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * The stream no longer has changes that were to be read, and {@code source.on-gap} is {@code fail}.
 *
 * <p>No restart brings them back, so it stops the job for good whatever its restart strategy is:
 * Flink's {@link org.apache.flink.runtime.throwable.ThrowableClassifier} finds the annotation in
 * the cause of what the job failed with.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
final class StreamGap extends RuntimeException {

  StreamGap(String message) {
    super(message);
  }
}
