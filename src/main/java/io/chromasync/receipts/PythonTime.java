package io.chromasync.receipts;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;

/**
 * Parser of timestamps that is compatible with CPython 3.11's {@code datetime.fromisoformat} (<a
 * href="https://docs.python.org/3.11/library/datetime.html#datetime.datetime.fromisoformat">its
 * documentation</a>), with which the table's producers validate. A timestamp is a date, alone or
 * followed by any one character and a time.
 *
 * <ul>
 *   <li>Dates: {@code YYYY-MM-DD}, {@code YYYYMMDD}, {@code YYYY-Www-D}, {@code YYYYWwwD}, the week
 *       forms also without a day.
 *   <li>Times: {@code HH[[:]MM[[:]SS]]} with a fraction after a point or comma, of which six digits
 *       count.
 *   <li>Offsets: {@code Z}, or a sign and such a time; without an offset the time is UTC.
 * </ul>
 *
 * <p>CPython also accepts some undocumented forms, such as a fraction after the hour. This parser
 * accepts them too, byte for byte: a string that passes the producers' classes is never rejected
 * here.
 *
 * <p>An instance is used once, by one thread.
 */
final class PythonTime {

  private static final int SHORTEST = 7;
  private static final int FRACTION_DIGITS = 6;
  private static final long MICROS_OF_SECOND = 1_000_000;
  private static final long SECONDS_OF_DAY = 24 * 60 * 60;

  /** UTF-8, the encoding that CPython parses. */
  private final byte[] text;

  /** Index of the next byte. */
  private int at;

  private PythonTime(String text) {
    this.text = text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Parses a timestamp to an instant, to the microsecond.
   *
   * @throws DateTimeException if {@code fromisoformat} rejects it
   */
  static Instant parse(String text) {
    return new PythonTime(text).instant();
  }

  private Instant instant() {
    require(text.length >= SHORTEST);
    int separator = separator();
    LocalDate date = date(separator);
    if (separator >= text.length) {
      return date.atStartOfDay().toInstant(ZoneOffset.UTC);
    }
    at = separator + widthAt(separator);
    return time(date);
  }

  /** Index of the separator, which may be any character; the text's end if there is none. */
  private int separator() {
    if (byteAt(4) == '-') {
      return byteAt(5) == 'W' ? separatorAfterWeek() : 10;
    }
    return byteAt(4) == 'W' ? separatorAfterBasicWeek() : 8;
  }

  /** Finds the separator. A digit after {@code YYYY-Www-D} makes the form {@code YYYY-Www-HH}. */
  private int separatorAfterWeek() {
    if (byteAt(8) != '-') {
      return 8;
    }
    require(text.length > 9);
    return isDigit(10) ? 8 : 10;
  }

  /**
   * Finds the separator. Times have an even number of digits, so an odd digit belongs to the date.
   */
  private int separatorAfterBasicWeek() {
    int end = SHORTEST;
    while (isDigit(end)) {
      end++;
    }
    if (end < 9) {
      return end;
    }
    return end % 2 == 0 ? 7 : 8;
  }

  private LocalDate date(int end) {
    int year = digits(4);
    boolean dashes = skip('-');
    LocalDate date;
    if (skip('W')) {
      int week = digits(2);
      date = weekDate(year, week, at < end ? dashed(dashes, 1) : 1);
    } else {
      int month = dashed(false, 2);
      date = LocalDate.of(year, month, dashed(dashes, 2));
      require(at == end);
    }
    require(year >= 1 && date.getYear() >= 1 && date.getYear() <= 9999);
    return date;
  }

  private int dashed(boolean dash, int count) {
    require(!dash || skip('-'));
    return digits(count);
  }

  private static LocalDate weekDate(int year, int week, int day) {
    // The fourth of January is in the first week of every year.
    LocalDate first = LocalDate.of(year, 1, 4);
    require(week <= IsoFields.WEEK_OF_WEEK_BASED_YEAR.rangeRefinedBy(first).getMaximum());
    require(week >= 1);
    return first.plusWeeks(week - 1L).with(DayOfWeek.of(day));
  }

  private Instant time(LocalDate date) {
    int offset = at;
    do {
      offset++;
    } while (offset < text.length && !isOffset(offset));
    Clock clock = clock(offset);
    LocalDateTime local = date.atTime(clock.ofDay());
    if (offset >= text.length) {
      require(clock.whole());
      return local.toInstant(ZoneOffset.UTC);
    }
    at = offset + 1;
    if (byteAt(offset) == 'Z') {
      require(at == text.length);
      return local.toInstant(ZoneOffset.UTC);
    }
    long micros = clock(text.length).offsetMicros();
    long sign = byteAt(offset) == '-' ? -1 : 1;
    return local.toInstant(ZoneOffset.UTC).minus(sign * micros, ChronoUnit.MICROS);
  }

  private boolean isOffset(int index) {
    int letter = byteAt(index);
    return letter == '+' || letter == '-' || letter == 'Z';
  }

  /**
   * Hours, minutes, seconds and microseconds as written.
   *
   * @param whole false if other characters follow
   */
  private record Clock(int hours, int minutes, int seconds, int micros, boolean whole) {

    static Clock of(int[] parts, int micros, boolean whole) {
      return new Clock(parts[0], parts[1], parts[2], micros, whole);
    }

    LocalTime ofDay() {
      return LocalTime.of(hours, minutes, seconds, micros * 1000);
    }

    /**
     * Offset in microseconds. Its minutes and seconds may exceed 59, but the total is less than a
     * day.
     */
    long offsetMicros() {
      require(whole);
      long all = hours * 3600L + minutes * 60L + seconds;
      require(all < SECONDS_OF_DAY);
      // CPython treats an offset of less than a second as UTC.
      return all == 0 ? 0 : all * MICROS_OF_SECOND + micros;
    }
  }

  /**
   * Reads up to an index, or slightly less: remaining characters of a time before an offset are
   * ignored.
   */
  private Clock clock(int end) {
    int[] parts = new int[3];
    boolean colons = true;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = digits(2);
      int next = byteAt(at++);
      if (i == 0) {
        colons = next == ':';
      }
      if (at >= end) {
        return Clock.of(parts, 0, next == 0);
      }
      if (next == '.' || next == ',') {
        break;
      }
      if (!colons) {
        at--;
      } else {
        require(next == ':');
      }
    }
    int micros = micros(Math.min(end - at, FRACTION_DIGITS));
    return Clock.of(parts, micros, byteAt(at) == 0);
  }

  private int micros(int count) {
    int micros = digits(count);
    for (int i = count; i < FRACTION_DIGITS; i++) {
      micros *= 10;
    }
    while (isDigit(at)) {
      at++;
    }
    return micros;
  }

  private int digits(int count) {
    int number = 0;
    for (int end = at + count; at < end; at++) {
      require(isDigit(at));
      number = number * 10 + byteAt(at) - '0';
    }
    return number;
  }

  private boolean skip(char letter) {
    boolean there = byteAt(at) == letter;
    at += there ? 1 : 0;
    return there;
  }

  private boolean isDigit(int index) {
    return byteAt(index) >= '0' && byteAt(index) <= '9';
  }

  /** Number of bytes of the character at an index. */
  private int widthAt(int index) {
    int first = byteAt(index) & 0xff;
    if (first < 0x80) {
      return 1;
    }
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  }

  /** Byte at an index; zero after the end, as in C. */
  private int byteAt(int index) {
    return index < text.length ? text[index] : 0;
  }

  private static void require(boolean good) {
    if (!good) {
      throw new DateTimeException("no time in a form of ISO 8601");
    }
  }
}
