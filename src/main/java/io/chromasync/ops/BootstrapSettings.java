package io.chromasync.ops;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.InvalidSettings;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.source.SourceSettings;

/** What a bootstrap needs to know of the job that starts from it. */
record BootstrapSettings(SnapshotSettings snapshot, ResolveSettings resolve) {

  /**
   * Reads nothing else of a job's settings.
   *
   * @throws InvalidSettings with every problem of these groups
   */
  static BootstrapSettings from(ApplicationProperties job) {
    ApplicationProperties own = job.only("source", "snapshot", "resolve");
    SourceSettings source = SourceSettings.from(own.group("source"));
    BootstrapSettings settings =
        new BootstrapSettings(
            SnapshotSettings.from(
                own.group("snapshot"),
                new SnapshotSettings.Defaults(
                    source.tableSetting(), source.tableAccess(), null, null)),
            ResolveSettings.from(own.group("resolve")));
    own.check();
    if (settings.snapshot().table() == null) {
      throw new InvalidSettings(
          "Property 'table' in group 'snapshot' must be set where the source names none: the exports"
              + " must be of it");
    }
    return settings;
  }
}
