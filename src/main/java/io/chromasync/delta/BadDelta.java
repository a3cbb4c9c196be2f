package io.chromasync.delta;

/**
 * A delta cannot be used and never will be; the message is one sentence that names the file and
 * what is wrong with it.
 */
class BadDelta extends Exception {

  BadDelta(String message) {
    super(message);
  }

  BadDelta(String message, Throwable cause) {
    super(message, cause);
  }
}
