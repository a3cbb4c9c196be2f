package io.chromasync.delta.format;

/**
 * Thrown if a delta cannot be loaded: because of a permanent defect, which fails its run, or
 * because it is incomplete, which is retried. The message is one sentence that names the file and
 * the defect.
 *
 * <p>An incomplete delta is missing or inconsistent. Its upload may still be in progress, so it is
 * retried for {@code delta.missing-budget} after its run arrived.
 */
public final class UnusableDelta extends Exception {

  private final boolean incomplete;

  /** Creates the exception of a permanent defect. */
  public UnusableDelta(String message) {
    this(message, null);
  }

  /** Creates the exception of a permanent defect with its cause, which may be null. */
  public UnusableDelta(String message, Throwable cause) {
    this(message, cause, false);
  }

  private UnusableDelta(String message, Throwable cause, boolean incomplete) {
    super(message, cause);
    this.incomplete = incomplete;
  }

  /** Returns the exception of an incomplete delta. */
  public static UnusableDelta incomplete(String message) {
    return incomplete(message, null);
  }

  /** Returns the exception of an incomplete delta with its cause, which may be null. */
  public static UnusableDelta incomplete(String message, Throwable cause) {
    return new UnusableDelta(message, cause, true);
  }

  /** Returns whether the delta is incomplete, so that loading it is retried. */
  public boolean isIncomplete() {
    return incomplete;
  }
}
