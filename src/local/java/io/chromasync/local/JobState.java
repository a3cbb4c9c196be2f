package io.chromasync.local;

import io.chromasync.config.FolderUri;
import io.chromasync.ops.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;

/** The folder where {@code bin/job} keeps checkpoints, savepoints and its log. */
record JobState(Path root) {

  /** The folder, created if it is not there. */
  static JobState in(Path folder) throws IOException {
    JobState state = new JobState(folder.toAbsolutePath());
    Files.createDirectories(state.checkpoints());
    Files.createDirectories(state.savepoints());
    return state;
  }

  Path checkpoints() {
    return root.resolve("checkpoints");
  }

  Path savepoints() {
    return root.resolve("savepoints");
  }

  Path log() {
    return root.resolve("job.log");
  }

  /** Lets Flink keep its state here, and keep it when a job ends. */
  void configure(Configuration flink) {
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, FolderUri.ofLocal(checkpoints()));
    flink.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, FolderUri.ofLocal(savepoints()));
    flink.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
  }

  /**
   * The newest complete checkpoint or savepoint: one that has its {@code _metadata}, which Flink
   * writes last.
   */
  Optional<Path> latest() throws IOException {
    try (Stream<Path> files = Files.walk(root, 4)) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .max(Comparator.comparing(JobState::modified))
          .map(Path::getParent);
    }
  }

  /**
   * What a job starts from, for Flink.
   *
   * @param from what {@code --from} says: a savepoint or checkpoint, or {@code latest}, the newest
   *     here
   */
  String startingPoint(String from, Options options) throws IOException {
    if (!from.equals("latest")) {
      return options.savepoint("--from", from);
    }
    Optional<Path> latest = latest();
    options.check(
        latest.isPresent(), "--from", "found no complete checkpoint below " + root + ",", from);
    return FolderUri.ofLocal(latest.orElseThrow());
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
