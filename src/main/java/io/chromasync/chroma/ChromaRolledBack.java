package io.chromasync.chroma;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * Failure of the job because Chroma lacks writes that it acknowledged. A restart cannot repair
 * this: an operator decides, and starts the job again from its last checkpoint, which is retained.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
final class ChromaRolledBack extends RuntimeException {

  ChromaRolledBack(String message) {
    super(message);
  }
}
