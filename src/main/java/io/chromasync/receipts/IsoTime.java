package io.chromasync.receipts;

import io.chromasync.model.Version;
import java.time.DateTimeException;
import java.time.Instant;

/** Timestamps in the form of the table's Python producers: ISO-8601. */
final class IsoTime {

  private static final long MICROS = 1_000_000;

  private IsoTime() {}

  /**
   * Parses a timestamp in any form that a producer may store; without an offset it is UTC.
   *
   * @throws DateTimeException if the string is not a timestamp
   */
  static Instant parse(String text) {
    return PythonTime.parse(text);
  }

  /**
   * Formats the event time of a version as {@code datetime.isoformat()} does in UTC: {@code
   * 2026-03-02T18:06:40+00:00}, with a six-digit fraction unless it is zero.
   */
  static String format(Version version) {
    long fraction = Math.floorMod(version.micros(), MICROS);
    String second = Instant.ofEpochSecond(Math.floorDiv(version.micros(), MICROS)).toString();
    return second.substring(0, second.length() - 1)
        + (fraction == 0 ? "" : "." + Long.toString(MICROS + fraction).substring(1))
        + "+00:00";
  }
}
