package io.chromasync.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A figure in a sentence of a program: such programs are older than {@link FigureLine}, and older
 * commits print the same sentences.
 */
enum PrintedFigure {
  FACTS_PER_SECOND(Figure.rate("facts into nothing", "facts/s"), "([\\d,]+) facts/s"),
  BYTES_PER_FACT(Figure.cost("state", "bytes a fact"), "([\\d,]+) a fact"),
  BACKLOG_SECONDS(Figure.cost("until Chroma has the backlog", "s"), "in Chroma after ([\\d.]+) s"),
  LABELS_P50(Figure.cost("until a label shows, p50", "s"), "(?:fresh|labels) p50 ([\\d.]+) s"),
  LABELS_P99(
      Figure.cost("until a label shows, p99", "s"),
      "(?:fresh|labels) p50 [\\d.]+ s p99 ([\\d.]+) s");

  private final Figure figure;
  private final Pattern pattern;

  PrintedFigure(Figure figure, String pattern) {
    this.figure = figure;
    this.pattern = Pattern.compile(pattern);
  }

  Figure figure() {
    return figure;
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
      throw new IllegalStateException(
          "nothing printed is '%s' in %s".formatted(figure.name(), figure.unit()));
    }
    return new FigureLine(figure, Double.parseDouble(last));
  }
}
