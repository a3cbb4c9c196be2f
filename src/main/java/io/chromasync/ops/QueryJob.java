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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.flink.core.fs.Path;

/**
 * Queries the state of partitions of the running job, through its request folder. The job writes
 * results to files that the next checkpoint finishes. Not thread-safe.
 */
public final class QueryJob {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PROGRESS = Duration.ofSeconds(10);

  /** Age of the oldest file that can hold the result, with the skew of clocks. */
  private static final Duration RECENT = Duration.ofHours(1);

  private final EntityTree tree;
  private final InstantSource clock;
  private final PrintWriter progress;
  private final Set<Path> read = new HashSet<>();

  public QueryJob(EntityTree tree, InstantSource clock, PrintWriter progress) {
    this.tree = tree;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Queries one partition; otherwise as {@link #states}.
   *
   * @param timeout maximum wait for the result
   */
  PartitionDump state(String partition, String requests, Duration timeout) throws IOException {
    List<PartitionDump> result = new ArrayList<>();
    states(List.of(partition), requests, timeout, result::add);
    return result.get(0);
  }

  /**
   * Queries partitions and waits for their results. When a result is there, Chroma has acknowledged
   * every write of the partition from before the query: a checkpoint flushes the sink.
   *
   * @param requests request folder of the job, which exists
   * @param timeout maximum wait for the next result
   * @param results receives each partition once, as soon as its file is there
   * @throws IOException if there is no result in time, or a folder cannot be used
   */
  public void states(
      Collection<String> partitions,
      String requests,
      Duration timeout,
      Consumer<PartitionDump> results)
      throws IOException {
    String id = UUID.randomUUID().toString();
    Set<String> open = new HashSet<>(partitions);
    if (open.isEmpty()) {
      return;
    }
    byte[] lines =
        open.stream()
            .map(partition -> RequestedPartitions.query(new Query(id, partition)) + "\n")
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.UTF_8);
    Instant last = clock.instant();
    Folder.put(FolderUri.path(requests), "query", ".txt", last, file -> file.write(lines));
    Path folder = FolderUri.path(SnapshotSettings.resultsUriOf(requests));
    Instant next = last.plus(PROGRESS);
    while (true) {
      if (take(folder, id, open, results)) {
        last = clock.instant();
      }
      if (open.isEmpty()) {
        return;
      }
      Instant now = clock.instant();
      if (now.isAfter(last.plus(timeout))) {
        throw new IOException(
            ("No result appeared in %s within %s ('--timeout'): the job must run, watch %s, and"
                    + " complete checkpoints; or pass --from SAVEPOINT")
                .formatted(folder, timeout, requests));
      }
      if (now.isAfter(next)) {
        next = now.plus(PROGRESS);
        progress.printf("waiting for the job's next checkpoint …%n");
        progress.flush();
      }
      pause();
    }
  }

  /** Reads new files; returns whether they have results of the query. */
  private boolean take(Path folder, String id, Set<String> open, Consumer<PartitionDump> results)
      throws IOException {
    int before = open.size();
    for (Path file : files(folder)) {
      // A file that is old now is never looked at again.
      if (read.add(file) && isRecent(file)) {
        try (BufferedReader reader = reader(file)) {
          for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            PartitionDump dump = line.contains(id) ? PartitionDump.parse(line, id, tree) : null;
            if (dump != null && open.remove(dump.partition())) {
              results.accept(dump);
            }
          }
        }
      }
    }
    return open.size() < before;
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

  private static BufferedReader reader(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(file.getFileSystem().open(file), StandardCharsets.UTF_8));
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
