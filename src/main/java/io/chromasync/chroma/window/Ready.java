package io.chromasync.chroma.window;

/** Write that no ordering rule delays. It is sent when its linger is over. */
interface Ready {

  /** Returns the processing time in milliseconds at which the write is due. */
  long readyAt();

  /**
   * Returns the estimated size in bytes, as in {@link io.chromasync.model.Mutation#estimatedBytes}.
   */
  long pendingBytes();
}
