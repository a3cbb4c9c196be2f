package io.chromasync.bench;

/**
 * A measured quantity.
 *
 * @param name unique within its scenario; without a vertical bar
 * @param unit without a vertical bar
 */
public record Figure(String name, String unit, Better better) {

  /** Which of two values is the better one. */
  public enum Better {
    MORE,
    LESS,
    NEITHER
  }

  /** A rate, of which more is better. */
  public static Figure rate(String name, String unit) {
    return new Figure(name, unit, Better.MORE);
  }

  /** A cost, of which less is better. */
  public static Figure cost(String name, String unit) {
    return new Figure(name, unit, Better.LESS);
  }

  /** A circumstance. */
  public static Figure note(String name, String unit) {
    return new Figure(name, unit, Better.NEITHER);
  }

  /** How many times better one value is than another. */
  double ratio(double one, double other) {
    return better == Better.LESS ? other / one : one / other;
  }
}
