package io.chromasync;

import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.ServerProfile;
import io.chromasync.config.InvalidSettings;
import io.chromasync.delta.DeltaPreflight;
import io.chromasync.mapping.MapItems;
import io.chromasync.model.ItemChange;
import io.chromasync.snapshot.SnapshotPreflight;
import io.chromasync.source.ItemChanges;
import io.chromasync.start.StartChecks;
import io.chromasync.start.StartChecks.Check;
import org.apache.flink.api.connector.source.Source;

/**
 * Both ends of the job, found to be there: the stream and the table to read, and the server to
 * write to.
 *
 * @param server what the Chroma server can do
 */
record Ends(Source<ItemChange, ?, ?> source, ServerProfile server) {

  /**
   * Asks both ends, before there is a job. What is away is waited for, up to {@code
   * chroma.start-budget} for all of them together.
   *
   * @param folders as the client sees them that asks
   * @param restored whether the job starts from a savepoint or checkpoint
   * @throws InvalidSettings with the problems of both together
   */
  static Ends open(JobSettings settings, Folders folders, boolean restored) {
    StartChecks checks = new StartChecks();
    Check<Source<ItemChange, ?, ?>> source =
        checks.add(() -> ItemChanges.from(settings.source(), MapItems::wantsItems));
    Check<ServerProfile> server =
        checks.add(() -> Preflight.run(settings.chroma(), settings.delta().dimension()));
    // Their ends are the source's unless they are set, and would have the same problems.
    checks.addAfter(source, () -> DeltaPreflight.askTable(settings.runs()));
    checks.addAfter(source, () -> DeltaPreflight.askBucket(settings.delta()));
    checks.addAfter(source, () -> SnapshotPreflight.run(settings.snapshot(), restored));
    folders.addTo(checks, settings);
    settings.chroma().startWait().until(checks::run);
    return new Ends(source.found(), server.found());
  }
}
