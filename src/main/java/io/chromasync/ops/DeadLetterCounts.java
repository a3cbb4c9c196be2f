package io.chromasync.ops;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.Version;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Number and time range of dead letters, by reason. For one thread. */
final class DeadLetterCounts {

  private record Row(long letters, Instant oldest, Instant newest) {

    private Row with(Instant time) {
      return new Row(
          letters + 1,
          oldest == null || time.isBefore(oldest) ? time : oldest,
          newest == null || time.isAfter(newest) ? time : newest);
    }
  }

  private final Map<Reason, Row> rows = new EnumMap<>(Reason.class);
  private long lines;
  private long unreadable;

  /** Counts a line; returns the number of lines so far. */
  long line() {
    return ++lines;
  }

  long lines() {
    return lines;
  }

  void add(DeadLetter letter) {
    Version version = letter.change().version();
    Instant time = Instant.EPOCH.plus(version.micros(), ChronoUnit.MICROS);
    rows.merge(letter.reason(), new Row(1, time, time), (row, one) -> row.with(one.oldest()));
  }

  void addUnreadable() {
    unreadable++;
  }

  long letters() {
    return rows.values().stream().mapToLong(Row::letters).sum();
  }

  /**
   * Prints a line for each reason.
   *
   * @param files number of files read
   */
  void print(PrintWriter out, int files) {
    out.printf(Locale.ROOT, "%,d lines in %,d files%n", lines, files);
    if (!rows.isEmpty()) {
      out.printf("%-14s %10s  %-24s %s%n", "reason", "letters", "oldest change", "newest change");
    }
    rows.forEach(
        (reason, row) ->
            out.printf(
                Locale.ROOT,
                "%-14s %,10d  %-24s %s%n",
                reason.name().toLowerCase(Locale.ROOT),
                row.letters,
                row.oldest,
                row.newest));
    if (unreadable > 0) {
      out.printf(Locale.ROOT, "%,d lines are no dead letters and are left out%n", unreadable);
    }
    if (rows.containsKey(Reason.TOO_LATE)) {
      out.println("too_late: these are too late again unless the job has resolve.too-late = apply");
    }
    out.flush();
  }
}
