package io.chromasync.bench;

import io.chromasync.bench.Figure.Better;
import io.chromasync.bench.Targets.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A report as a Markdown page, with a chart for each unit of a scenario that has two figures. */
final class Page {

  private final Report report;
  private final Measurements measured;
  private final Map<String, String> charts = new LinkedHashMap<>();

  Page(Report report) {
    this.report = report;
    this.measured = report.measured();
  }

  /** Writes the page, and its charts into a folder of the same name beside it. */
  void write(Path file) throws IOException {
    String name = file.getFileName().toString().replaceFirst("\\.md$", "");
    String text = markdown(name);
    Path folder = file.resolveSibling(name);
    Files.createDirectories(folder);
    for (Map.Entry<String, String> chart : charts.entrySet()) {
      Files.writeString(folder.resolve(chart.getKey()), chart.getValue());
    }
    Files.writeString(file, text);
  }

  /** Charts by the names of their files, once the page was made. */
  Map<String, String> charts() {
    return charts;
  }

  /**
   * The page.
   *
   * @param folder of the charts, as the page links to it
   */
  String markdown(String folder) {
    StringBuilder page = new StringBuilder("# Benchmarks\n\n");
    page.append(
        """
        `bin/bench --page FILE` measured all of this in one run and wrote this page. %s
        Ratios hold elsewhere, absolute values do not.

        """
            .formatted(
                rounds() > 1
                    ? "Each value is the median of the rounds; the least and the most stand beside it."
                    : "Each value was measured once."));
    if (report.isQuick()) {
      page.append("This was a quick run, with little of each.\n\n");
    }
    page.append("| | |\n|---|---|\n");
    report.machine().forEach((name, value) -> page.append(row(name, value)));
    page.append("\n## Targets\n\n| what | target | measured | |\n|---|---|---|---|\n");
    for (Verdict each : report.verdicts()) {
      page.append(row(each.what(), each.target(), each.measured(), each.verdict()));
    }
    reasons(page);
    for (BenchScenario scenario : measured.scenarios()) {
      page.append("\n## %s\n\n%s\n\n".formatted(title(scenario), scenario.description()));
      chart(scenario, folder, page);
      table(scenario, page);
    }
    return page.toString();
  }

  private int rounds() {
    return measured.scenarios().stream()
        .flatMap(scenario -> figures(scenario).stream().map(figure -> first(scenario, figure)))
        .mapToInt(Spread::rounds)
        .max()
        .orElse(0);
  }

  /** What limits where a target was not met. */
  private void reasons(StringBuilder page) {
    List<Verdict> explained =
        report.verdicts().stream().filter(verdict -> verdict.why() != null).toList();
    if (!explained.isEmpty()) {
      page.append("\nWhat limits where it falls short:\n\n");
      explained.forEach(each -> page.append("- %s: %s%n".formatted(each.what(), each.why())));
    }
  }

  private void chart(BenchScenario scenario, String folder, StringBuilder page) {
    Map<String, List<Figure>> byUnit =
        figures(scenario).stream()
            .filter(figure -> figure.better() != Better.NEITHER && !figure.unit().isEmpty())
            .collect(Collectors.groupingBy(Figure::unit, LinkedHashMap::new, Collectors.toList()));
    byUnit.forEach(
        (unit, figures) -> {
          if (figures.size() > 1) {
            BarChart chart = new BarChart(unit);
            figures.forEach(
                figure ->
                    chart.add(figure.name(), first(scenario, figure), baseline(scenario, figure)));
            String name = "%s-%s.svg".formatted(scenario, unit.replaceAll("\\W+", "-"));
            charts.put(name, chart.svg());
            page.append("![%s, %s](%s/%s)\n\n".formatted(scenario, unit, folder, name));
          }
        });
  }

  private void table(BenchScenario scenario, StringBuilder page) {
    List<Figure> figures = figures(scenario);
    boolean compared = figures.stream().anyMatch(figure -> baseline(scenario, figure) != null);
    page.append("| figure | median | least to most | unit |");
    page.append(
        compared
            ? " %s | times better |\n|---|--:|--:|---|--:|--:|\n"
                .formatted(measured.revisions().get(1))
            : "\n|---|--:|--:|---|\n");
    for (Figure figure : figures) {
      Spread first = first(scenario, figure);
      String spread =
          first.rounds() == 1
              ? ""
              : BarChart.shown(first.least()) + " to " + BarChart.shown(first.most());
      String row = row(figure.name(), BarChart.shown(first.median()), spread, figure.unit());
      Spread baseline = baseline(scenario, figure);
      if (compared) {
        row =
            row.strip()
                + (baseline == null
                    ? " | |\n"
                    : " %s | %s |%n"
                        .formatted(
                            BarChart.shown(baseline.median()),
                            BarChart.shown(measured.timesBetter(scenario, figure))));
      }
      page.append(row);
    }
  }

  /** Those that were measured on what is judged. */
  private List<Figure> figures(BenchScenario scenario) {
    return measured.figures(scenario).stream()
        .filter(figure -> first(scenario, figure) != null)
        .toList();
  }

  private Spread first(BenchScenario scenario, Figure figure) {
    return measured.spread(scenario, figure, measured.revisions().get(0));
  }

  /** Null if there is none. */
  private Spread baseline(BenchScenario scenario, Figure figure) {
    return measured.revisions().size() < 2
        ? null
        : measured.spread(scenario, figure, measured.revisions().get(1));
  }

  private static String title(BenchScenario scenario) {
    String name = scenario.toString();
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }
}
