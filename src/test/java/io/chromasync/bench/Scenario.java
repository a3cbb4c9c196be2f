package io.chromasync.bench;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@link Bench} runs: a program of the tests in a process of its own, and the figures in what
 * it prints. A revision from before the bench prints them too.
 */
enum Scenario {
  /** Facts through mapping, resolve and the window into nothing; no server. */
  FACTS("io.chromasync.FactsBenchmark", "50000", "400000"),
  /** Label changes that wait in the stream until Chroma has them, with all real servers. */
  BACKLOG("io.chromasync.local.BacklogBenchmark", "2400", "10000"),
  /** The demo: edits of labels while runs load. */
  DEMO(
      "io.chromasync.local.Demo",
      "--once --any-ports --edits 600",
      "--once --any-ports --edits 2400");

  /** A figure, and where it stands. */
  enum Figure {
    FACTS_PER_SECOND(FACTS, "facts/s", true, "([\\d,]+) facts/s"),
    BYTES_PER_FACT(FACTS, "bytes of state per fact", false, "([\\d,]+) a fact"),
    BACKLOG_SECONDS(
        BACKLOG, "s until Chroma has the backlog", false, "in Chroma after ([\\d.]+) s"),
    LABELS_P50(DEMO, "s until a label shows, p50", false, "(?:fresh|labels) p50 ([\\d.]+) s"),
    LABELS_P99(
        DEMO,
        "s until a label shows, p99",
        false,
        "(?:fresh|labels) p50 [\\d.]+ s p99 ([\\d.]+) s");

    private final Scenario scenario;
    private final String unit;
    private final boolean moreIsBetter;
    private final Pattern pattern;

    Figure(Scenario scenario, String unit, boolean moreIsBetter, String pattern) {
      this.scenario = scenario;
      this.unit = unit;
      this.moreIsBetter = moreIsBetter;
      this.pattern = Pattern.compile(pattern);
    }

    String unit() {
      return unit;
    }

    /** How many times better one value is than another. */
    double ratio(double one, double other) {
      return moreIsBetter ? one / other : other / one;
    }

    /** The last value in what the program printed; a line of progress says it again and again. */
    private Double in(String printed) {
      Double last = null;
      Matcher matcher = pattern.matcher(printed);
      while (matcher.find()) {
        last = Double.valueOf(matcher.group(1).replace(",", ""));
      }
      return last;
    }
  }

  private final String program;
  private final String quick;
  private final String full;

  Scenario(String program, String quick, String full) {
    this.program = program;
    this.quick = quick;
    this.full = full;
  }

  /** The program and its arguments. */
  List<String> command(boolean isQuick) {
    return List.of((program + " " + (isQuick ? quick : full)).split(" ", -1));
  }

  /**
   * The figures in what the program printed.
   *
   * @throws IllegalStateException if one is not there
   */
  Map<Figure, Double> figures(String printed) {
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      if (figure.scenario == this) {
        Double value = figure.in(printed);
        if (value == null) {
          throw new IllegalStateException("%s printed no '%s'".formatted(this, figure.unit()));
        }
        figures.put(figure, value);
      }
    }
    return figures;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
