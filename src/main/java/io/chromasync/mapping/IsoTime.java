package io.chromasync.mapping;

import io.chromasync.model.Version;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** Times as the table's Python producers write them: ISO-8601. */
final class IsoTime {

  private static final DateTimeFormatter WITH_OR_WITHOUT_OFFSET =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendPattern("[XXXXX][XXXX][X]")
          .toFormatter(Locale.ROOT);

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final long MICROS = 1_000_000;

  private IsoTime() {}

  /**
   * Reads a time; one without offset is UTC, a fraction has up to nine digits.
   *
   * @throws DateTimeParseException if it is none
   */
  static Instant parse(String text) {
    TemporalAccessor time =
        WITH_OR_WITHOUT_OFFSET.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
    return time instanceof LocalDateTime local
        ? local.toInstant(ZoneOffset.UTC)
        : ((OffsetDateTime) time).toInstant();
  }

  /**
   * The event time of a version as {@code datetime.isoformat()} writes it in UTC: {@code
   * 2026-03-02T18:06:40+00:00}, with six digits of fraction unless they are zero.
   */
  static String format(Version version) {
    long fraction = Math.floorMod(version.micros(), MICROS);
    Instant second = Instant.ofEpochSecond(Math.floorDiv(version.micros(), MICROS));
    return SECONDS.format(second)
        + (fraction == 0 ? "" : "." + Long.toString(MICROS + fraction).substring(1))
        + "+00:00";
  }
}
