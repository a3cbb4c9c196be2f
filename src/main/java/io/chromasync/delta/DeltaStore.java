package io.chromasync.delta;

import io.chromasync.model.RunDelta;
import java.nio.file.Path;

/** Where deltas lie. Thread-safe. */
interface DeltaStore extends AutoCloseable {

  /**
   * Brings all files of a delta, unpacked, and returns when they are there. Blocks; an interrupt
   * ends it.
   *
   * @param folder there and empty; holds whatever came so far if this fails
   * @throws BadDelta if there is none, or its files are not taken
   * @throws Unavailable if it may go better later
   */
  void fetch(RunDelta delta, Path folder) throws BadDelta, Unavailable;

  @Override
  void close();
}
