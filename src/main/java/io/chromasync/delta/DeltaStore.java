package io.chromasync.delta;

import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.model.RunDelta;
import java.nio.file.Path;

/** Storage of deltas. Thread-safe. */
interface DeltaStore extends AutoCloseable {

  /**
   * Fetches all files of a delta, unpacked, and returns when they are complete. Blocks until then;
   * an interrupt ends it.
   *
   * @param folder existing, empty folder; may contain some of the files after a failure
   * @throws UnusableDelta if there is no delta, or its files are rejected
   * @throws Unavailable if a later attempt may succeed
   */
  void fetch(RunDelta delta, Path folder) throws UnusableDelta, Unavailable;

  @Override
  void close();
}
