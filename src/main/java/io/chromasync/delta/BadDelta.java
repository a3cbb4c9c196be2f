package io.chromasync.delta;

/**
 * A delta cannot be used and never will be, or it is incomplete; the message is one sentence that
 * names the file and what is wrong with it.
 *
 * <p>An incomplete delta is not there, or does not add up. It may still be being uploaded, so it is
 * retried for {@code delta.missing-budget} after its run arrived.
 */
final class BadDelta extends Exception {

  private final boolean incomplete;

  BadDelta(String message) {
    this(message, null);
  }

  BadDelta(String message, Throwable cause) {
    this(message, cause, false);
  }

  private BadDelta(String message, Throwable cause, boolean incomplete) {
    super(message, cause);
    this.incomplete = incomplete;
  }

  static BadDelta incomplete(String message) {
    return incomplete(message, null);
  }

  static BadDelta incomplete(String message, Throwable cause) {
    return new BadDelta(message, cause, true);
  }

  boolean isIncomplete() {
    return incomplete;
  }
}
