package io.chromasync.snapshot;

import java.io.Serializable;

/**
 * Configuration of the enumerator.
 *
 * @param snapshot id of the snapshot that the settings specify
 * @param reads true if the whole table is read; otherwise the state of an unfinished snapshot is
 *     kept unchanged
 * @param plan null unless the table is read
 * @param rate read units per second of all readers; 0 = unlimited
 * @param bounded true if the source ends after everything was emitted
 */
record SnapshotRules(String snapshot, boolean reads, SnapshotPlan plan, int rate, boolean bounded)
    implements Serializable {}
