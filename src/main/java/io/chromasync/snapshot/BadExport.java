package io.chromasync.snapshot;

import java.io.IOException;

/**
 * An export cannot be used, and trying again does not help; the message is one sentence that names
 * the file, what is wrong with it, and what to do.
 */
final class BadExport extends IOException {

  BadExport(String message) {
    super(message);
  }

  BadExport(String message, Throwable cause) {
    super(message, cause);
  }
}
