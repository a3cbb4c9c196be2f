package io.chromasync.delta;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time limit of one attempt to load a delta. */
record Deadline(InstantSource clock, Instant end) {

  static Deadline in(Duration time, InstantSource clock) {
    return new Deadline(clock, clock.instant().plus(time));
  }

  /**
   * Throws if the deadline has passed.
   *
   * @param uri URI of the object to read next
   */
  void check(String uri) throws Unavailable {
    if (clock.instant().isAfter(end)) {
      throw new Unavailable(
          "%s did not arrive in time; check the network between the job and S3".formatted(uri),
          null);
    }
  }
}
