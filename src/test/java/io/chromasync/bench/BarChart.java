package io.chromasync.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A chart of horizontal bars as SVG: a bar for each figure, and a paler one below it for the
 * baseline. A thin line spans the least and the most. Legible on light and dark ground.
 */
final class BarChart {

  /** Of the longest bar. */
  private static final int LONGEST = 350;

  /** More than most letters of the font take. */
  private static final double LETTER = 7.2;

  private static final int VALUE = 110;
  private static final int BAR = 16;
  private static final int GAP = 10;
  private static final int TOP = 34;

  private static final String STYLE =
      """
      <style>
        text { font: 13px system-ui, sans-serif; fill: #24292f; }
        .unit { font-size: 12px; fill: #57606a; }
        .first { fill: #2f81c7; }
        .baseline { fill: #9a9fa6; }
        .spread { stroke: #24292f; stroke-width: 1.5; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3; }
          .unit { fill: #9aa4ae; }
          .first { fill: #4aa3f0; }
          .baseline { fill: #6e7681; }
          .spread { stroke: #e6edf3; }
        }
      </style>
      """;

  private final String title;
  private final List<Bar> bars = new ArrayList<>();

  /**
   * @param label null = it belongs to the bar above
   * @param kind class of the style: {@code first} or {@code baseline}
   */
  private record Bar(String label, String kind, Spread spread) {}

  BarChart(String title) {
    this.title = title;
  }

  /**
   * Adds a figure.
   *
   * @param baseline null = there is none
   */
  void add(String label, Spread spread, Spread baseline) {
    bars.add(new Bar(label, "first", spread));
    if (baseline != null) {
      bars.add(new Bar(null, "baseline", baseline));
    }
  }

  String svg() {
    double most = bars.stream().mapToDouble(bar -> bar.spread.most()).max().orElse(0);
    StringBuilder body = new StringBuilder();
    int left = labels();
    int y = TOP;
    for (Bar bar : bars) {
      y += bar.label == null ? 2 : GAP;
      body.append(drawn(bar, left, y, most <= 0 ? 1 : most));
      y += BAR;
    }
    int height = y + GAP;
    return """
    <svg xmlns="http://www.w3.org/2000/svg" width="%1$s" height="%2$s" viewBox="0 0 %1$s %2$s" role="img" aria-label="%3$s">
    %4$s<text class="unit" x="%5$s" y="20">%3$s</text>
    %6$s</svg>
    """
        .formatted(left + LONGEST + VALUE, height, escaped(title), STYLE, left, body);
  }

  /** Where bars begin: behind the longest label. */
  private int labels() {
    int letters =
        bars.stream()
            .filter(bar -> bar.label != null)
            .mapToInt(bar -> bar.label.length())
            .max()
            .orElse(0);
    return (int) Math.ceil(letters * LETTER) + 16;
  }

  private static String drawn(Bar bar, int left, int y, double most) {
    double scale = LONGEST / most;
    Spread spread = bar.spread;
    StringBuilder svg = new StringBuilder();
    if (bar.label != null) {
      svg.append(
          "<text x=\"%s\" y=\"%s\" text-anchor=\"end\">%s</text>\n"
              .formatted(left - 8, y + BAR - 4, escaped(bar.label)));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%.1f\" height=\"%s\" rx=\"2\"/>%n",
            bar.kind,
            left,
            y,
            Math.max(1, spread.median() * scale),
            BAR));
    if (spread.rounds() > 1) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"spread\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%3$s\" y2=\"%3$s\"/>%n",
              left + spread.least() * scale,
              left + spread.most() * scale,
              y + BAR / 2));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%s\">%s</text>%n",
            left + spread.most() * scale + 6,
            y + BAR - 4,
            shown(spread.median())));
    return svg.toString();
  }

  static String shown(double value) {
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
