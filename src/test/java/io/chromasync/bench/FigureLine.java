package io.chromasync.bench;

import io.chromasync.bench.Figure.Better;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A value of a figure as one line of text: how a program of a scenario hands it to {@link Bench},
 * which runs it in another process.
 */
public record FigureLine(Figure figure, double value) {

  private static final String MARK = "figure | ";

  /** Begins a line of progress. */
  private static final String STEP = "· ";

  /** Prints a value. */
  public static void print(Figure figure, double value) {
    System.out.println(new FigureLine(figure, value).text());
  }

  /** Prints a line of progress. */
  public static void step(String format, Object... arguments) {
    System.out.println(STEP + String.format(Locale.ROOT, format, arguments));
  }

  /** Whether people want to see a line while the program runs. */
  static boolean isShown(String line) {
    return line.startsWith(MARK) || line.startsWith(STEP);
  }

  /** The values in what a program printed, in that order. */
  static List<FigureLine> in(String printed) {
    return printed.lines().map(FigureLine::parse).filter(Objects::nonNull).toList();
  }

  String text() {
    return String.format(
        Locale.ROOT,
        "%s%s | %s | %s | %s",
        MARK,
        figure.name(),
        value,
        figure.unit(),
        figure.better());
  }

  /** Null if the line is none. */
  private static FigureLine parse(String line) {
    if (!line.startsWith(MARK)) {
      return null;
    }
    String[] parts = line.substring(MARK.length()).split(" \\| ", -1);
    if (parts.length != 4) {
      throw new IllegalStateException("a figure must have four parts but is '%s'".formatted(line));
    }
    return new FigureLine(
        new Figure(parts[0], parts[2], Better.valueOf(parts[3])), Double.parseDouble(parts[1]));
  }
}
