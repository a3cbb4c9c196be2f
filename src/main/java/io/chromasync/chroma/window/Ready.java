package io.chromasync.chroma.window;

/** Write that nothing holds back, and that is sent when its linger is over. */
interface Ready {

  /** Processing time in milliseconds from which on it is due. */
  long readyAt();

  /** Bytes of it, as {@link io.chromasync.model.Mutation#weight} estimates them. */
  long pendingBytes();
}
