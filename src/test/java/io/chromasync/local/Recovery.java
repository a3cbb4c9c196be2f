package io.chromasync.local;

import io.chromasync.testing.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How the job came through a disturbance. Times are from its beginning.
 *
 * @param edits of the table, from before it until agreement
 * @param faults of the network in that time
 * @param lasted until its cause was gone and the job ran again
 * @param firstWrite until Chroma took the first write after that
 * @param agreed until every record agreed with the table, all further edits included
 * @param compared records and runs
 */
record Recovery(
    String what,
    int edits,
    Map<Fault, Long> faults,
    Duration lasted,
    Duration firstWrite,
    Duration agreed,
    int compared) {

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: ran after %s, wrote after %s, %,d records and runs agreed after %s; %,d edits; %s",
        what,
        seconds(lasted),
        seconds(firstWrite),
        compared,
        seconds(agreed),
        edits,
        shown());
  }

  /** A table in Markdown. */
  static String table(List<Recovery> recoveries) {
    return recoveries.stream()
        .map(Recovery::row)
        .collect(
            Collectors.joining(
                "\n",
                """
                | disturbance | runs after | first write after | all agrees after | compared | edits | faults of the network |
                |---|---|---|---|---|---|---|
                """,
                "\n"));
  }

  private String row() {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %,d | %,d | %s |",
        what,
        seconds(lasted),
        seconds(firstWrite),
        seconds(agreed),
        compared,
        edits,
        shown());
  }

  private String shown() {
    return faults.isEmpty()
        ? "no faults"
        : faults.entrySet().stream()
            .map(entry -> "%s %s".formatted(entry.getValue(), name(entry.getKey())))
            .collect(Collectors.joining(", "));
  }

  private static String name(Fault fault) {
    return fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}
