package io.chromasync.delta;

import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.RunDelta;
import io.chromasync.model.VectorBatches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Reads deltas outside of a job, one at a time, for operators' tools. Not thread-safe. */
public final class DeltaArchive implements AutoCloseable {

  private final DeltaStore store;
  private final DeltaReader reader;
  private final int dimension;

  private DeltaArchive(DeltaStore store, DeltaReader reader, int dimension) {
    this.store = store;
    this.reader = reader;
    this.dimension = dimension;
  }

  /** Opens the bucket of a job. */
  public static DeltaArchive open(DeltaSettings settings, VectorBatches batches) {
    return new DeltaArchive(
        S3DeltaStore.open(settings), new DeltaFolder(batches), settings.dimension());
  }

  /**
   * Reads a delta, as the steps in which a job takes it.
   *
   * @throws IOException if it is missing or cannot be read; there is one attempt
   */
  public List<DeltaStep> steps(RunDelta delta) throws IOException {
    Path folder = Files.createTempDirectory("chromasync-delta-");
    try {
      store.fetch(delta, folder);
      return new ArrayList<>(DeltaSteps.of(delta, reader.read(folder, delta, dimension), () -> {}));
    } catch (UnusableDelta | Unavailable e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
