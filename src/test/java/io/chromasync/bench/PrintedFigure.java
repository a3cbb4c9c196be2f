package io.chromasync.bench;

import io.chromasync.bench.Figure.Better;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A figure in a sentence of a program: such programs are older than {@link FigureLine}, and older
 * commits print the same sentences.
 */
enum PrintedFigure {
  FACTS_PER_SECOND("facts into nothing", "facts/s", Better.MORE, "([\\d,]+) facts/s"),
  BYTES_PER_FACT("state", "bytes a fact", Better.LESS, "([\\d,]+) a fact"),
  BACKLOG_SECONDS("until Chroma has the backlog", "s", Better.LESS, "in Chroma after ([\\d.]+) s"),
  LABELS_P50("until a label shows, p50", "s", Better.LESS, "(?:fresh|labels) p50 ([\\d.]+) s"),
  LABELS_P99(
      "until a label shows, p99",
      "s",
      Better.LESS,
      "(?:fresh|labels) p50 [\\d.]+ s p99 ([\\d.]+) s");

  private final String title;
  private final String unit;
  private final Better better;
  private final Pattern pattern;

  PrintedFigure(String title, String unit, Better better, String pattern) {
    this.title = title;
    this.unit = unit;
    this.better = better;
    this.pattern = Pattern.compile(pattern);
  }

  Figure figure() {
    return new Figure(title, unit, better);
  }

  /**
   * The last value in what the program printed; a line of progress has it again and again.
   *
   * @throws IllegalStateException if there is none
   */
  FigureLine in(String printed) {
    String last = null;
    Matcher matcher = pattern.matcher(printed);
    while (matcher.find()) {
      last = matcher.group(1).replace(",", "");
    }
    if (last == null) {
      throw new IllegalStateException("nothing printed is '%s' in %s".formatted(title, unit));
    }
    return new FigureLine(figure(), Double.parseDouble(last));
  }
}
