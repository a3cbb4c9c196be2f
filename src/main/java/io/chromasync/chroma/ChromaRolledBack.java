package io.chromasync.chroma;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * Chroma holds less than it acknowledged. No restart repairs that: somebody decides, and starts the
 * job again from its last checkpoint, which is kept.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
final class ChromaRolledBack extends RuntimeException {

  ChromaRolledBack(String message) {
    super(message);
  }
}
