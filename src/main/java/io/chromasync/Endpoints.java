package io.chromasync;

import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.ServerProfile;
import io.chromasync.config.InvalidSettings;
import io.chromasync.delta.DeltaPreflight;
import io.chromasync.mapping.Domain;
import io.chromasync.model.CollectionName;
import io.chromasync.model.ItemChange;
import io.chromasync.snapshot.SnapshotPreflight;
import io.chromasync.source.ItemChanges;
import io.chromasync.start.StartChecks;
import io.chromasync.start.StartChecks.Check;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.Source;

/**
 * Source and server of the job, both checked: the change stream to read, and the Chroma server to
 * write to.
 *
 * @param server profile of the Chroma server: its capabilities and collections
 */
record Endpoints(Source<ItemChange, ?, ?> source, ServerProfile server) {

  /**
   * Checks source, server, tables, bucket and folders before the job is submitted. Waits for
   * unavailable services, up to {@code chroma.start-budget} for all of them together.
   *
   * @param folders the folders visible to the submitting client
   * @param restored true if the job starts from a savepoint or checkpoint
   * @throws InvalidSettings with the problems of all checks
   */
  static Endpoints open(Domain domain, JobSettings settings, Folders folders, boolean restored) {
    StartChecks checks = new StartChecks();
    Check<Source<ItemChange, ?, ?>> source =
        checks.add(() -> ItemChanges.from(settings.source(), domain::isMapped));
    Check<ServerProfile> server =
        checks.add(() -> Preflight.run(settings.chroma(), dimensions(domain, settings)));
    // These services use the source's AWS access by default, and would report the same problem
    // again.
    checks.addAfter(source, () -> DeltaPreflight.askTable(settings.runs()));
    checks.addAfter(source, () -> DeltaPreflight.askBucket(settings.delta()));
    checks.addAfter(source, () -> SnapshotPreflight.run(settings.snapshot(), domain, restored));
    folders.addTo(checks, settings);
    settings.chroma().startRetries().until(checks::run);
    return new Endpoints(source.found(), server.found());
  }

  /** Dimension of the vectors of each collection that runs supply. */
  private static Map<CollectionName, Integer> dimensions(Domain domain, JobSettings settings) {
    return domain.batches().collections().stream()
        .collect(Collectors.toMap(Function.identity(), collection -> settings.delta().dimension()));
  }
}
