package io.chromasync.ops.audit;

import io.chromasync.ops.audit.AuditReport.CollectionCounts;
import io.chromasync.ops.audit.AuditReport.Finding;
import io.chromasync.ops.audit.AuditReport.Stratum;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Charts of an audit as inline SVG; each has a title, and a table beside it in the page. */
final class AuditCharts {

  private static final int WIDTH = 760;
  private static final int LEFT = 190;
  private static final int RIGHT = 90;
  private static final int ROW = 34;
  private static final int BAR = 18;

  /** Least width of a part that is not empty, so that one record of a million is seen. */
  private static final double LEAST = 3;

  private static final int BINS = 24;

  private AuditCharts() {}

  /** Outcomes of records in the order of the chart, with the class of their colour. */
  static Map<String, Long> outcomes(CollectionCounts counts) {
    Map<String, Long> outcomes = new LinkedHashMap<>();
    outcomes.put("agree", counts.agree());
    outcomes.put("missing", counts.missing());
    outcomes.put("orphaned", counts.orphaned());
    outcomes.put("stale", counts.stale());
    outcomes.put("wrong", counts.wrongVector());
    outcomes.put("open", counts.unverified());
    return outcomes;
  }

  /** Two bars for each collection: all records, and differences alone, on a scale of their own. */
  static String collections(List<CollectionCounts> collections) {
    long most =
        Math.max(1, collections.stream().mapToLong(AuditCharts::differences).max().orElse(1));
    StringBuilder svg = new StringBuilder();
    int y = 0;
    for (CollectionCounts each : collections) {
      Map<String, Long> all = outcomes(each);
      long sum = Math.max(1, all.values().stream().mapToLong(Long::longValue).sum());
      label(svg, y, each.name(), "faint");
      bar(svg, y, all, sum);
      value(svg, y, String.format(Locale.ROOT, "%,d", each.found()));
      y += ROW;
      if (differences(each) > 0) {
        Map<String, Long> rest = outcomes(each);
        rest.remove("agree");
        label(svg, y, "differences alone", "faint");
        bar(svg, y, rest, most);
        value(svg, y, String.format(Locale.ROOT, "%,d", differences(each)));
        y += ROW;
      }
    }
    return svg("Outcomes of the records of each collection", y, svg);
  }

  private static long differences(CollectionCounts counts) {
    return outcomes(counts).values().stream().mapToLong(Long::longValue).sum() - counts.agree();
  }

  /** One bar for each part of the collections: the share that did not come back, and its bound. */
  static String strata(List<Stratum> strata) {
    StringBuilder svg = new StringBuilder();
    int y = 0;
    for (Stratum each : strata) {
      double share = each.sampled() == 0 ? 0 : (double) each.unreachable() / each.sampled();
      double bound =
          each.sampled() == 0 ? 1 : SearchSample.bound(each.unreachable(), each.sampled());
      double scale = WIDTH - LEFT - RIGHT;
      label(svg, y, each.part(), "faint");
      rectangle(svg, LEFT, y, share == 0 ? 0 : Math.max(LEAST, share * scale), "orphaned");
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"axis\" x1=\"%d\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke-width=\"2\"/>",
              LEFT,
              LEFT + bound * scale,
              y + ROW / 2,
              y + ROW / 2));
      value(svg, y, String.format(Locale.ROOT, "%d of %d", each.unreachable(), each.sampled()));
      y += ROW;
    }
    return svg(
        "Records of each part that did not come back; the line ends at the 95 % bound", y, svg);
  }

  /** Columns of differences by the time of their newest change; empty if no time is known. */
  static String times(List<Finding> findings) {
    List<Instant> times = new ArrayList<>();
    for (Finding each : findings) {
      if (each.since() != null) {
        times.add(Instant.parse(each.since()));
      }
    }
    if (times.isEmpty()) {
      return "";
    }
    Instant first = times.stream().min(Instant::compareTo).orElseThrow();
    Instant last = times.stream().max(Instant::compareTo).orElseThrow();
    long step = Math.max(1, Duration.between(first, last).toMillis() / BINS + 1);
    int[] counts = new int[BINS];
    times.forEach(time -> counts[(int) (ChronoUnit.MILLIS.between(first, time) / step)]++);
    int most = Arrays.stream(counts).max().orElse(1);
    int height = 120;
    double width = (double) (WIDTH - 20) / BINS;
    StringBuilder svg = new StringBuilder();
    for (int i = 0; i < BINS; i++) {
      double bar = counts[i] == 0 ? 0 : Math.max(LEAST, (double) counts[i] * height / most);
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"stale\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
              10 + i * width,
              height + 16 - bar,
              width - 2,
              bar));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"faint\" x=\"10\" y=\"%d\">%s</text>",
            height + 36,
            seconds(first)));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"faint\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
            WIDTH - 10,
            height + 36,
            seconds(last)));
    svg.append("<text x=\"10\" y=\"12\">at most ").append(most).append("</text>");
    return svg("Differences by the time of the newest change of their record", height + 46, svg);
  }

  /** Colours and their meaning. */
  static String key() {
    StringBuilder key = new StringBuilder("<ul class=\"key\">");
    Map<String, String> names = Map.of("open", "unverified", "wrong", "wrong vector");
    for (String each : List.of("agree", "missing", "orphaned", "stale", "wrong", "open")) {
      key.append("<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"")
          .append(each)
          .append("\" width=\"10\" height=\"10\"/></svg>")
          .append(names.getOrDefault(each, each))
          .append("</li>");
    }
    return key.append("</ul>").toString();
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static void bar(StringBuilder svg, int y, Map<String, Long> parts, long sum) {
    double x = LEFT;
    double scale = (double) (WIDTH - LEFT - RIGHT) / sum;
    for (Map.Entry<String, Long> each : parts.entrySet()) {
      if (each.getValue() > 0) {
        double width = Math.max(LEAST, each.getValue() * scale);
        rectangle(svg, x, y, width, each.getKey());
        x += width + 1;
      }
    }
  }

  private static void rectangle(StringBuilder svg, double x, int y, double width, String type) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
            type,
            x,
            y + (ROW - BAR) / 2,
            width,
            BAR));
  }

  private static void label(StringBuilder svg, int y, String text, String type) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
            type,
            LEFT - 10,
            y + ROW / 2 + 5,
            Html.escaped(text)));
  }

  private static void value(StringBuilder svg, int y, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
            WIDTH - 4,
            y + ROW / 2 + 5,
            Html.escaped(text)));
  }

  private static String svg(String title, int height, StringBuilder content) {
    return String.format(
        Locale.ROOT,
        "<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>%s</title>%s</svg>",
        WIDTH,
        height,
        Html.escaped(title),
        content);
  }
}
