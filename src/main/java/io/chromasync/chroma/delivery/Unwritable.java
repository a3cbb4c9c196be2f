package io.chromasync.chroma.delivery;

import java.io.IOException;

/** Mutation that no request can represent; the message gives the reason, without its content. */
public final class Unwritable extends IOException {

  Unwritable(String message) {
    super(message);
  }
}
