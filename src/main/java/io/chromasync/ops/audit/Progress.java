package io.chromasync.ops.audit;

import io.chromasync.ops.audit.AuditReport.Phase;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Progress of an audit on a terminal: one line per phase and every few seconds. Thread-safe. */
final class Progress {

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final PrintWriter out;
  private final InstantSource clock;
  private final List<Phase> phases = new ArrayList<>();
  private String name;
  private String unit;
  private Instant begun;
  private Instant next = Instant.MAX;
  private long count;

  Progress(PrintWriter out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
  }

  /**
   * Begins a phase, which ends the last.
   *
   * @param unit of what the phase counts, in the plural
   */
  synchronized void begin(String phase, String unit) {
    end();
    this.name = phase;
    this.unit = unit;
    begun = clock.instant();
    next = begun.plus(PAUSE);
    count = 0;
  }

  /**
   * Adds to the count of the phase.
   *
   * @param total expected count; 0 if unknown
   */
  synchronized void add(long more, long total) {
    count += more;
    Instant now = clock.instant();
    if (now.isAfter(next)) {
      next = now.plus(PAUSE);
      String of = total > 0 ? String.format(Locale.ROOT, " of %,d", total) : "";
      print(String.format(Locale.ROOT, "%-9s %,d%s %s …", name, count, of, unit));
    }
  }

  /** Prints a line of its own. */
  synchronized void say(String line) {
    print(line);
  }

  /** Ends the last phase, and returns all phases. */
  synchronized List<Phase> end() {
    if (name != null) {
      double seconds = Duration.between(begun, clock.instant()).toMillis() / 1_000.0;
      phases.add(new Phase(name, seconds, count, unit));
      print(String.format(Locale.ROOT, "%-9s %,d %s in %.1f s", name, count, unit, seconds));
      name = null;
      next = Instant.MAX;
    }
    return List.copyOf(phases);
  }

  private void print(String line) {
    out.println(line);
    out.flush();
  }
}
