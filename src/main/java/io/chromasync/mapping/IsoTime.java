package io.chromasync.mapping;

import io.chromasync.model.Version;
import java.time.DateTimeException;
import java.time.Instant;

/** Times as the table's Python producers write them: ISO-8601. */
final class IsoTime {

  private static final long MICROS = 1_000_000;

  private IsoTime() {}

  /**
   * Reads a time in any form that a producer may store; one without offset is UTC.
   *
   * @throws DateTimeException if it is none
   */
  static Instant parse(String text) {
    return PythonTime.parse(text);
  }

  /**
   * The event time of a version as {@code datetime.isoformat()} writes it in UTC: {@code
   * 2026-03-02T18:06:40+00:00}, with six digits of fraction unless they are zero.
   */
  static String format(Version version) {
    long fraction = Math.floorMod(version.micros(), MICROS);
    String second = Instant.ofEpochSecond(Math.floorDiv(version.micros(), MICROS)).toString();
    return second.substring(0, second.length() - 1)
        + (fraction == 0 ? "" : "." + Long.toString(MICROS + fraction).substring(1))
        + "+00:00";
  }
}
