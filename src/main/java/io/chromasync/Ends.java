package io.chromasync;

import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.ServerProfile;
import io.chromasync.config.InvalidSettings;
import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.delta.DeltaPreflight;
import io.chromasync.fetching.WatchedFolder;
import io.chromasync.model.ItemChange;
import io.chromasync.snapshot.SnapshotPreflight;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.source.ItemChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.Source;

/**
 * Both ends of the job, found to be there: the stream and the table to read, and the server to
 * write to.
 *
 * @param server what the Chroma server can do
 */
record Ends(Source<ItemChange, ?, ?> source, ServerProfile server) {

  /**
   * Asks both ends, before there is a job.
   *
   * @throws InvalidSettings with the problems of both together
   */
  static Ends open(JobSettings settings) {
    List<String> problems = new ArrayList<>();
    Source<ItemChange, ?, ?> source = open(() -> ItemChanges.from(settings.source()), problems);
    ServerProfile server = open(() -> Preflight.run(settings.chroma()), problems);
    if (source != null) {
      // Their ends are the source's unless they are set, and would have the same problems.
      open(() -> DeltaPreflight.run(settings.runs(), settings.delta()), problems);
      open(() -> SnapshotPreflight.run(settings.snapshot()), problems);
    }
    open(() -> makeRedriveFolder(settings.deadLetters()), problems);
    open(() -> makeRequestsFolder(settings.snapshot()), problems);
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
    return new Ends(source, server);
  }

  private static void makeRedriveFolder(DeadLetterSettings settings) {
    try {
      WatchedFolder.make(settings.redriveUri());
    } catch (IOException e) {
      throw new InvalidSettings(
          "'redrive-uri' in group 'dead-letters' must be a folder that can be made but was '%s': %s"
              .formatted(settings.redriveUri(), e.getMessage()));
    }
  }

  private static void makeRequestsFolder(SnapshotSettings settings) {
    try {
      WatchedFolder.make(settings.requestsUri());
    } catch (IOException e) {
      throw new InvalidSettings(
          "'requests-uri' in group 'snapshot' must be a folder that can be made but was '%s': %s"
              .formatted(settings.requestsUri(), e.getMessage()));
    }
  }

  private static void open(Runnable end, List<String> problems) {
    open(
        () -> {
          end.run();
          return null;
        },
        problems);
  }

  private static <T> T open(Supplier<T> end, List<String> problems) {
    try {
      return end.get();
    } catch (InvalidSettings e) {
      problems.addAll(e.problems());
      return null;
    }
  }
}
