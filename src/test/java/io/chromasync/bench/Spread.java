package io.chromasync.bench;

import java.util.List;

/**
 * The values of a figure in all rounds, ascending.
 *
 * @param sorted at least one
 */
record Spread(List<Double> sorted) {

  static Spread of(List<Double> values) {
    return new Spread(values.stream().sorted().toList());
  }

  /** Of an even number, the mean of the two in the middle. */
  double median() {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double least() {
    return sorted.get(0);
  }

  double most() {
    return sorted.get(sorted.size() - 1);
  }

  int rounds() {
    return sorted.size();
  }
}
