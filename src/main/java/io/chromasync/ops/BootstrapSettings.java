package io.chromasync.ops;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.InvalidSettings;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.source.SourceSettings;

/** Settings that a bootstrap needs of the job that will start from its savepoint. */
record BootstrapSettings(SnapshotSettings snapshot, ResolveSettings resolve) {

  /**
   * Reads these groups of a job's settings and no others.
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
