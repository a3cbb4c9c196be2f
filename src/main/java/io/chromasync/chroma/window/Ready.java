package io.chromasync.chroma.window;

/** A write that nothing holds back, and that is sent when its linger is over. */
interface Ready {

  /** Processing time in milliseconds from which on it is sent. */
  long readyAt();
}
