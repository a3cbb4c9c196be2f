package io.chromasync.delta;

import java.io.IOException;

/**
 * A delta cannot be loaded now and may be later; the message is one sentence that names what was
 * asked for and what to check.
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

  /** A refusal that the store also gives to who may not know whether there is anything. */
  static Unavailable orMissing(String message, Throwable cause) {
    return new Unavailable(message, cause, true);
  }

  boolean mayBeMissing() {
    return mayBeMissing;
  }
}
