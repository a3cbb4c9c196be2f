package io.chromasync.chroma.client;

import java.io.IOException;

/** Failed write to Chroma, with the reason; fails the job. */
public final class ChromaFailure extends IOException {

  /** Creates the exception with a message for operators. */
  public ChromaFailure(String message) {
    super(message);
  }
}
