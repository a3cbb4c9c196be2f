package io.chromasync.delta;

/**
 * A delta is not there, or does not add up: it may still be being uploaded. So it is retried for
 * {@code delta.missing-budget} after its run arrived, and is a bad one then.
 */
final class IncompleteDelta extends BadDelta {

  IncompleteDelta(String message) {
    super(message);
  }

  IncompleteDelta(String message, Throwable cause) {
    super(message, cause);
  }
}
