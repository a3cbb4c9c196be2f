package io.chromasync.resolve.rules;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind.Trait;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;

/**
 * Versions of the deletions that concern a record: by its entity, by an ancestor, by a delta that
 * omits it, or by absence from a snapshot.
 *
 * @param view projection of the current facts onto records
 * @param cause version of the change that is applied
 */
record RecordDeletions(WorkingSet memory, Projection.View view, Version cause) {

  /**
   * Returns the version of the newest deletion or removal of a record, by its entity, an ancestor
   * or a delta that omits it; null if there is none.
   */
  Version removed(RecordKey record) {
    Version removed = Version.max(memory.removal(record.entity()), view.omitted(record));
    for (EntityKey above : record.entity().ancestors()) {
      removed = Version.max(removed, memory.removal(above));
    }
    return removed;
  }

  /**
   * Version of the deletion that counts as applied to a record that was never written. Absence from
   * a snapshot is still to be applied if the cause is not newer than the snapshot. For a newer
   * cause it counts as applied: a record whose vector arrives before its item must not be deleted.
   */
  Version carriedOut(RecordKey record) {
    Version read = memory.readAsOf();
    boolean isNewer = read != null && cause.isAfter(read);
    return isNewer
        ? Version.max(deletedByFilter(record), unlisted(record))
        : deletedByFilter(record);
  }

  /**
   * Version of the deletion that the state of a record need not contain, because it follows from
   * other entities.
   */
  Version implied(RecordKey record) {
    return Version.max(above(record), unlisted(record));
  }

  /**
   * Snapshot timestamp at which the record's entity or an ancestor was missing; null if none was
   * missing.
   */
  private Version unlisted(RecordKey record) {
    boolean isUnlisted =
        memory.isUnlisted(record.entity())
            || record.entity().ancestors().stream().anyMatch(memory::isUnlisted);
    return isUnlisted ? memory.readAsOf() : null;
  }

  /** Version of the newest deletion that a delete by filter has applied to the record. */
  private Version deletedByFilter(RecordKey record) {
    boolean rowsAreKnown = memory.isCompleteBelow(record.entity().nearest(Trait.UNIT));
    return rowsAreKnown ? above(record) : Version.max(above(record), view.omitted(record));
  }

  /**
   * Version of the newest deletion of the record's entity or of an ancestor; null if there is none.
   */
  Version ended(RecordKey record) {
    Version own = Version.max(memory.ended(record.entity()), unlisted(record));
    return Version.max(above(record), own);
  }

  /** Version of the newest deletion of an ancestor, or null. */
  private Version above(RecordKey record) {
    Version ended = null;
    for (EntityKey above : record.entity().ancestors()) {
      ended = Version.max(ended, memory.ended(above));
    }
    return ended;
  }

  /** Returns whether a version is newer than another version; null is older than all versions. */
  static boolean isAfter(Version one, Version other) {
    return one != null && (other == null || one.isAfter(other));
  }
}
