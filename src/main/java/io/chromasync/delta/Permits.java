package io.chromasync.delta;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A fixed number of permits, given in the order they were asked for; who waits for one holds no
 * thread. Thread-safe.
 */
final class Permits {

  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int free;

  Permits(int number) {
    free = number;
  }

  /**
   * Runs the action once there is a permit for it: now, or in the thread of a later release.
   *
   * @param granted must not block, and sees to the release
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
