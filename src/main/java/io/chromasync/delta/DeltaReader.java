package io.chromasync.delta;

import io.chromasync.model.RunDelta;
import java.io.Serializable;
import java.nio.file.Path;

/** Reads the unpacked folder of a delta. Thread-safe. */
@FunctionalInterface
interface DeltaReader extends Serializable {

  /**
   * Reads all of it into memory; the folder is not needed afterwards.
   *
   * @param dimension how many numbers each vector must have
   * @throws BadDelta if it holds something else than one delta of the run
   */
  DeltaContent read(Path folder, RunDelta delta, int dimension) throws BadDelta;
}
