package io.chromasync;

import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.ServerProfile;
import io.chromasync.config.InvalidSettings;
import io.chromasync.delta.DeltaPreflight;
import io.chromasync.model.ItemChange;
import io.chromasync.snapshot.SnapshotPreflight;
import io.chromasync.source.ItemChanges;
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
   * @param folders as the client sees them that asks
   * @throws InvalidSettings with the problems of both together
   */
  static Ends open(JobSettings settings, Folders folders) {
    List<String> problems = new ArrayList<>();
    Source<ItemChange, ?, ?> source = open(() -> ItemChanges.from(settings.source()), problems);
    ServerProfile server = open(() -> Preflight.run(settings.chroma()), problems);
    if (source != null) {
      // Their ends are the source's unless they are set, and would have the same problems.
      open(() -> DeltaPreflight.run(settings.runs(), settings.delta()), problems);
      open(() -> SnapshotPreflight.run(settings.snapshot()), problems);
    }
    problems.addAll(folders.make(settings));
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
    return new Ends(source, server);
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
