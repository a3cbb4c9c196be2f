package io.chromasync.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Figures by scenario and revision, each as often as it was measured. Used by one thread. */
final class Measurements {

  private final List<String> revisions;
  private final Map<BenchScenario, Map<Figure, Map<String, List<Double>>>> values =
      new EnumMap<>(BenchScenario.class);

  /**
   * @param revisions the one that is judged, then the baseline if there is one
   */
  Measurements(List<String> revisions) {
    this.revisions = revisions;
  }

  void add(BenchScenario scenario, String revision, FigureLine line) {
    values
        .computeIfAbsent(scenario, s -> new LinkedHashMap<>())
        .computeIfAbsent(line.figure(), f -> new LinkedHashMap<>())
        .computeIfAbsent(revision, r -> new ArrayList<>())
        .add(line.value());
  }

  List<String> revisions() {
    return revisions;
  }

  /** The scenarios that were measured. */
  Set<BenchScenario> scenarios() {
    return values.keySet();
  }

  /** The figures of a scenario, in the order in which they were printed. */
  Set<Figure> figures(BenchScenario scenario) {
    return values.getOrDefault(scenario, Map.of()).keySet();
  }

  /** All values of a figure by revision. */
  Map<String, List<Double>> values(BenchScenario scenario, Figure figure) {
    return values.get(scenario).get(figure);
  }

  /** Null if the revision has none. */
  Spread spread(BenchScenario scenario, Figure figure, String revision) {
    List<Double> all = values(scenario, figure).get(revision);
    return all == null ? null : Spread.of(all);
  }

  /** The median of the revision that is judged; NaN if it was not measured. */
  double median(BenchScenario scenario, String figure) {
    return figures(scenario).stream()
        .filter(each -> each.name().equals(figure))
        .map(each -> spread(scenario, each, revisions.get(0)))
        .mapToDouble(spread -> spread == null ? Double.NaN : spread.median())
        .findFirst()
        .orElse(Double.NaN);
  }

  /** How many times better the first revision is than the baseline; NaN if one has no value. */
  double timesBetter(BenchScenario scenario, Figure figure) {
    Spread first = spread(scenario, figure, revisions.get(0));
    Spread baseline = revisions.size() < 2 ? null : spread(scenario, figure, revisions.get(1));
    return first == null || baseline == null
        ? Double.NaN
        : figure.ratio(first.median(), baseline.median());
  }

  /** Median, least and most of each figure and revision, and how many times better the first is. */
  String table() {
    StringBuilder table = new StringBuilder();
    for (BenchScenario scenario : scenarios()) {
      table.append(scenario).append('\n');
      for (Figure figure : figures(scenario)) {
        revisions.forEach(revision -> table.append(row(scenario, figure, revision)));
        double times = timesBetter(scenario, figure);
        if (!Double.isNaN(times)) {
          table.append(
              String.format(Locale.ROOT, "  %-68s %,12.2f%n", "", times)
                  .replaceFirst("\n$", " times better\n"));
        }
      }
    }
    return table.toString();
  }

  private String row(BenchScenario scenario, Figure figure, String revision) {
    Spread spread = spread(scenario, figure, revision);
    if (spread == null) {
      return "";
    }
    String name = revisions.size() == 1 ? figure.name() : figure.name() + ", " + revision;
    return String.format(
        Locale.ROOT,
        "  %-68s %,12.2f %s  (%,.2f to %,.2f, %s)%n",
        name,
        spread.median(),
        figure.unit(),
        spread.least(),
        spread.most(),
        spread.rounds() == 1 ? "once" : spread.rounds() + " times");
  }
}
