package io.chromasync.resolve;

import org.apache.flink.util.FlinkRuntimeException;

/**
 * One use of keyed state. Flink's state declares Exception; what comes is RocksDB in trouble, which
 * no caller can mend.
 */
interface StateAccess<T> {

  T run() throws Exception;

  static <T> T of(StateAccess<T> access) {
    try {
      return access.run();
    } catch (Exception e) {
      throw new FlinkRuntimeException("the state of resolve cannot be accessed", e);
    }
  }
}
