package io.chromasync.simulation;

/** A promise that was not kept. */
final class Violation extends AssertionError {

  private final int promise;

  Violation(int promise, String what) {
    super("P%s: %s".formatted(promise, what));
    this.promise = promise;
  }

  /** The number of the promise. */
  int promise() {
    return promise;
  }
}
