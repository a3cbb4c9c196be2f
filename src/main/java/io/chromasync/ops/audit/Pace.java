package io.chromasync.ops.audit;

import java.time.Duration;

/**
 * Pace of requests that share a server with a job: the size of a request follows its time, and each
 * request is followed by a pause as long as it took. So an audit takes at most half of the server's
 * time, in small portions. Not thread-safe.
 */
final class Pace {

  private static final Duration LONG = Duration.ofMillis(100);
  private static final int LEAST = 20;

  private final int most;
  private int size;

  /**
   * @param most maximum number of records of a request
   */
  Pace(int most) {
    this.most = most;
    this.size = most;
  }

  /** Returns the number of records of the next request. */
  int size() {
    return size;
  }

  /** Waits after a request, and chooses the size of the next. */
  void rest(Duration took) throws InterruptedException {
    if (took.compareTo(LONG) > 0) {
      size = Math.max(LEAST, size / 2);
    } else {
      size = Math.min(most, size + size / 4 + 1);
    }
    Thread.sleep(took.toMillis());
  }
}
