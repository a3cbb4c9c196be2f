package io.chromasync.snapshot;

import io.chromasync.snapshot.export.ExportManifest;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Maximum age of an export. An item of an export is a change at the time of the export. If that
 * time is before the retention of tombstones, the item may be a late event for a deleted entity.
 *
 * @param most null = any age
 * @param clock serializable, because this record is part of the job
 */
public record AgeLimit(Duration most, InstantSource clock) implements Serializable {

  /** Returns a limit that accepts an export of any age. */
  public static AgeLimit none() {
    return new AgeLimit(null, null);
  }

  /** Checks the oldest export of a snapshot, and throws if it is too old. */
  public void check(ExportManifest oldest) {
    if (most == null) {
      return;
    }
    Instant time = oldest.summary().from();
    Duration age = Duration.between(time, clock.instant());
    if (age.compareTo(most) > 0) {
      throw new SnapshotFailure(
          ("The export %s of 'snapshot.export-uri' shows the table as of %s, which is %s h ago, and"
                  + " 'resolve.tombstone-retention' is %s h: its items would be too late. Export"
                  + " the table again, or set 'resolve.tombstone-retention' to more than %s h, plus"
                  + " the time to read the export")
              .formatted(oldest.uri(), time, age.toHours(), most.toHours(), age.toHours()));
    }
  }
}
