package io.chromasync.delta;

import java.io.IOException;

/**
 * Transient failure to load a delta. The message is one sentence that names the resource and what
 * to check.
 */
final class Unavailable extends IOException {

  private final boolean mayBeMissing;

  Unavailable(String message, Throwable cause) {
    this(message, cause, false);
  }

  private Unavailable(String message, Throwable cause, boolean mayBeMissing) {
    super(message, cause);
    this.mayBeMissing = mayBeMissing;
  }

  /**
   * Creates a denial that a store may also return for a missing object, if the caller may not list.
   */
  static Unavailable orMissing(String message, Throwable cause) {
    return new Unavailable(message, cause, true);
  }

  boolean mayBeMissing() {
    return mayBeMissing;
  }
}
