package io.chromasync.snapshot;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How old an export may be: what it lists is a change of its moment, and one that is older than
 * removals are remembered could be the ghost of something deleted.
 *
 * @param most null = any age
 * @param clock serializable, as all of this is part of the job
 */
record AgeLimit(Duration most, InstantSource clock) implements Serializable {

  static AgeLimit none() {
    return new AgeLimit(null, null);
  }

  /** Refuses the oldest export of a reading if it is too old. */
  void check(ExportManifest oldest) {
    if (most == null) {
      return;
    }
    Instant time = oldest.summary().from();
    Duration age = Duration.between(time, clock.instant());
    if (age.compareTo(most) > 0) {
      throw new SnapshotFailure(
          ("The export %s of 'snapshot.export-uri' tells of the table as of %s, which is %s h ago, and"
                  + " 'resolve.tombstone-retention' is %s h: what it lists would be too late. Export the"
                  + " table again, or set 'resolve.tombstone-retention' to more than %s h, with time"
                  + " for the reading")
              .formatted(oldest.uri(), time, age.toHours(), most.toHours(), age.toHours()));
    }
  }
}
