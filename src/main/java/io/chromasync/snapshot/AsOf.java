package io.chromasync.snapshot;

import io.chromasync.model.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * As of when something that was read holds: whole seconds, as the stream says no finer ones, and
 * earlier by the margin, as the clocks of reader and table may differ.
 */
final class AsOf {

  private AsOf() {}

  /** In microseconds since the epoch. */
  static long micros(Instant read, Duration margin) {
    Instant floor = read.truncatedTo(ChronoUnit.SECONDS).minus(margin);
    return Math.multiplyExact(Math.floorDiv(floor.toEpochMilli(), 1000L), 1_000_000L);
  }

  static Version version(long micros) {
    return new Version(micros, "");
  }
}
