package io.chromasync;

import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.ServerProfile;
import io.chromasync.config.InvalidSettings;
import io.chromasync.delta.DeltaPreflight;
import io.chromasync.fetching.WatchedFolder;
import io.chromasync.mapping.MapItems;
import io.chromasync.model.ItemChange;
import io.chromasync.snapshot.SnapshotPreflight;
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
    Source<ItemChange, ?, ?> source =
        open(() -> ItemChanges.from(settings.source(), MapItems::wantsItems), problems);
    ServerProfile server = open(() -> Preflight.run(settings.chroma()), problems);
    if (source != null) {
      // Their ends are the source's unless they are set, and would have the same problems.
      open(() -> DeltaPreflight.run(settings.runs(), settings.delta()), problems);
      open(() -> SnapshotPreflight.run(settings.snapshot()), problems);
    }
    String letters = settings.deadLetters().uri();
    open(() -> makeFolder(letters, "uri", "dead-letters"), problems);
    String redrive = settings.deadLetters().redriveUri();
    open(() -> makeFolder(redrive, "redrive-uri", "dead-letters"), problems);
    String requests = settings.snapshot().requestsUri();
    open(() -> makeFolder(requests, "requests-uri", "snapshot"), problems);
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
    return new Ends(source, server);
  }

  /** Before it is first listed, or the first letter is written. */
  private static void makeFolder(String uri, String key, String group) {
    try {
      WatchedFolder.make(uri);
    } catch (IOException e) {
      throw new InvalidSettings(
          "'%s' in group '%s' must be a folder that can be made but was '%s': %s"
              .formatted(key, group, uri, e.getMessage()));
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
