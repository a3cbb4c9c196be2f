package io.chromasync.snapshot;

import io.chromasync.model.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Snapshot timestamps. They are whole seconds, because stream versions have no finer resolution.
 * They are earlier than the read by a margin, because the clocks of reader and table may differ.
 */
public final class AsOf {

  private AsOf() {}

  /** Snapshot timestamp in microseconds since the epoch. */
  public static long micros(Instant read, Duration margin) {
    Instant floor = read.truncatedTo(ChronoUnit.SECONDS).minus(margin);
    return Math.multiplyExact(Math.floorDiv(floor.toEpochMilli(), 1000L), 1_000_000L);
  }

  /**
   * Returns the version of everything that a snapshot contains.
   *
   * @param micros snapshot timestamp, in microseconds since the epoch
   */
  public static Version version(long micros) {
    return new Version(micros, "");
  }
}
