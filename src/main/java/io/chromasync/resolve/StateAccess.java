package io.chromasync.resolve;

import org.apache.flink.util.FlinkRuntimeException;

/**
 * Access to keyed state. Flink's state declares {@link Exception}; in practice it is a failure of
 * RocksDB, from which no caller can recover.
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
