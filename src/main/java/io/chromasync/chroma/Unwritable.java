package io.chromasync.chroma;

import java.io.IOException;

/** A mutation that no request can hold; the message says why, without its content. */
final class Unwritable extends IOException {

  Unwritable(String message) {
    super(message);
  }
}
