package io.chromasync.ops;

import io.chromasync.config.FolderUri;
import io.chromasync.model.EntityTree;
import io.chromasync.model.ResolveInput.Query;
import io.chromasync.resolve.PartitionDump;
import io.chromasync.snapshot.RequestedPartitions;
import io.chromasync.snapshot.SnapshotSettings;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.core.fs.Path;

/**
 * Queries the state of a partition of the running job, through its request folder. The job writes
 * the result to a file that the next checkpoint finishes.
 */
final class QueryJob {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PROGRESS = Duration.ofSeconds(10);

  /** Age of the oldest file that can hold the result, with the skew of clocks. */
  private static final Duration RECENT = Duration.ofHours(1);

  private final EntityTree tree;
  private final InstantSource clock;
  private final PrintWriter progress;

  QueryJob(EntityTree tree, InstantSource clock, PrintWriter progress) {
    this.tree = tree;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Sends the query and waits for its result.
   *
   * @param requests request folder of the job, which exists
   * @param timeout maximum wait for the result
   * @throws IOException if there is no result in time, or a folder cannot be used
   */
  PartitionDump state(String partition, String requests, Duration timeout) throws IOException {
    Query query = new Query(UUID.randomUUID().toString(), partition);
    byte[] line = (RequestedPartitions.query(query) + "\n").getBytes(StandardCharsets.UTF_8);
    Instant begun = clock.instant();
    Folder.put(FolderUri.path(requests), "query", ".txt", begun, file -> file.write(line));
    Path results = FolderUri.path(SnapshotSettings.resultsUriOf(requests));
    Set<Path> read = new HashSet<>();
    Instant next = begun.plus(PROGRESS);
    while (true) {
      PartitionDump result = result(results, query, read);
      if (result != null) {
        return result;
      }
      Instant now = clock.instant();
      if (now.isAfter(begun.plus(timeout))) {
        throw new IOException(
            ("No result appeared in %s within %s ('--timeout'): the job must run, watch %s, and"
                    + " complete checkpoints; or pass --from SAVEPOINT")
                .formatted(results, timeout, requests));
      }
      if (now.isAfter(next)) {
        next = now.plus(PROGRESS);
        progress.printf("waiting for the job's next checkpoint …%n");
      }
      pause();
    }
  }

  private PartitionDump result(Path results, Query query, Set<Path> read) throws IOException {
    for (Path file : files(results)) {
      if (read.add(file) && isRecent(file)) {
        for (String line : lines(file)) {
          PartitionDump dump = PartitionDump.parse(line, query.id(), tree);
          if (dump != null) {
            return dump;
          }
        }
      }
    }
    return null;
  }

  /** Older files hold results of other queries. */
  private boolean isRecent(Path file) throws IOException {
    long modified = file.getFileSystem().getFileStatus(file).getModificationTime();
    return modified > clock.instant().minus(RECENT).toEpochMilli();
  }

  /** The job creates the folder with its first result. */
  private static List<Path> files(Path folder) throws IOException {
    try {
      return Folder.files(folder);
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private static List<String> lines(Path file) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(file.getFileSystem().open(file), StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for the job's result", e);
    }
  }
}
