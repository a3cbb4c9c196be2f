package io.chromasync.delta;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Fixed number of permits, granted in the order of requests. A waiting request occupies no thread.
 * Thread-safe.
 */
final class LoadPermits {

  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int free;

  LoadPermits(int number) {
    free = number;
  }

  /**
   * Runs the action once a permit is free: immediately, or in the thread of a later release.
   *
   * @param granted must not block, and is responsible for the release
   */
  void acquire(Runnable granted) {
    synchronized (waiting) {
      if (free == 0) {
        waiting.add(granted);
        return;
      }
      free--;
    }
    granted.run();
  }

  void release() {
    Runnable next;
    synchronized (waiting) {
      next = waiting.poll();
      if (next == null) {
        free++;
        return;
      }
    }
    next.run();
  }
}
