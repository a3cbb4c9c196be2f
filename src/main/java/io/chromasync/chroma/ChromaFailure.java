package io.chromasync.chroma;

import java.io.IOException;

/** What could not be written, and why: fails the job. */
final class ChromaFailure extends IOException {

  ChromaFailure(String message) {
    super(message);
  }
}
