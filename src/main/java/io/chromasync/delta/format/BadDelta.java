package io.chromasync.delta.format;

/**
 * Permanent defect of a delta, or an incomplete delta. The message is one sentence that names the
 * file and the defect.
 *
 * <p>An incomplete delta is missing or inconsistent. Its upload may still be in progress, so it is
 * retried for {@code delta.missing-budget} after its run arrived.
 */
public final class BadDelta extends Exception {

  private final boolean incomplete;

  /** Creates the exception of a permanent defect. */
  public BadDelta(String message) {
    this(message, null);
  }

  /** Creates the exception of a permanent defect with its cause, which may be null. */
  public BadDelta(String message, Throwable cause) {
    this(message, cause, false);
  }

  private BadDelta(String message, Throwable cause, boolean incomplete) {
    super(message, cause);
    this.incomplete = incomplete;
  }

  /** Returns the exception of an incomplete delta. */
  public static BadDelta incomplete(String message) {
    return incomplete(message, null);
  }

  /** Returns the exception of an incomplete delta with its cause, which may be null. */
  public static BadDelta incomplete(String message, Throwable cause) {
    return new BadDelta(message, cause, true);
  }

  /** Returns whether the delta is incomplete, so that loading it is retried. */
  public boolean isIncomplete() {
    return incomplete;
  }
}
