package io.chromasync.delta;

import java.io.IOException;

/**
 * A delta cannot be loaded now and may be later; the message is one sentence that names what was
 * asked for and what to check.
 */
final class Unavailable extends IOException {

  Unavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
