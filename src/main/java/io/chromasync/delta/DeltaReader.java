package io.chromasync.delta;

import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.model.RunDelta;
import java.io.Serializable;
import java.nio.file.Path;

/** Reads the unpacked folder of a delta. Thread-safe. */
@FunctionalInterface
interface DeltaReader extends Serializable {

  /**
   * Reads the whole delta into memory; the folder is not needed afterwards.
   *
   * @param dimension dimension of each vector
   * @throws UnusableDelta if the folder does not contain exactly one delta of the run
   */
  DeltaContent read(Path folder, RunDelta delta, int dimension) throws UnusableDelta;
}
