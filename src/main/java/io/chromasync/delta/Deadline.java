package io.chromasync.delta;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Until when one attempt to load a delta may read. */
record Deadline(InstantSource clock, Instant end) {

  static Deadline in(Duration time, InstantSource clock) {
    return new Deadline(clock, clock.instant().plus(time));
  }

  /**
   * Checks that it is not over.
   *
   * @param uri of what is about to be read
   */
  void check(String uri) throws Unavailable {
    if (clock.instant().isAfter(end)) {
      throw new Unavailable(
          "%s did not come in time; check how fast the job reaches S3".formatted(uri), null);
    }
  }
}
