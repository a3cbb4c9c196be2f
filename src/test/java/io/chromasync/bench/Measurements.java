package io.chromasync.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.bench.Scenario.Figure;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Figures by revision, each as often as it was measured. Used by one thread. */
final class Measurements {

  private final List<String> revisions;
  private final Map<Figure, Map<String, List<Double>>> values = new EnumMap<>(Figure.class);

  /**
   * @param revisions the one that is judged first, then what it is compared with, if anything
   */
  Measurements(List<String> revisions) {
    this.revisions = revisions;
  }

  void add(String revision, Figure figure, double value) {
    values
        .computeIfAbsent(figure, f -> new LinkedHashMap<>())
        .computeIfAbsent(revision, r -> new ArrayList<>())
        .add(value);
  }

  /** Median, least and most of each figure and revision, and how many times better the first is. */
  String table() {
    StringBuilder table = new StringBuilder();
    values.forEach(
        (figure, byRevision) -> {
          table.append(figure.unit()).append('\n');
          for (String revision : revisions) {
            List<Double> all = sorted(byRevision.get(revision));
            table.append(
                String.format(
                    Locale.ROOT,
                    "  %-24s %,12.1f  (%,.1f to %,.1f, %s)%n",
                    revision,
                    median(all),
                    all.get(0),
                    all.get(all.size() - 1),
                    all.size() == 1 ? "once" : all.size() + " times"));
          }
          if (revisions.size() > 1) {
            double ratio =
                figure.ratio(
                    median(sorted(byRevision.get(revisions.get(0)))),
                    median(sorted(byRevision.get(revisions.get(1)))));
            table.append(String.format(Locale.ROOT, "  %-24s %,12.2f%n", "times better", ratio));
          }
        });
    return table.toString();
  }

  /** All values, by figure and revision. */
  String json() {
    Map<String, Map<String, List<Double>>> all = new LinkedHashMap<>();
    values.forEach((figure, byRevision) -> all.put(figure.unit(), byRevision));
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Double> sorted(List<Double> values) {
    return values.stream().sorted().toList();
  }

  /** Of an even number, the mean of the two in the middle. */
  static double median(List<Double> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
