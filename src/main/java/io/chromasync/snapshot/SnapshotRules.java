package io.chromasync.snapshot;

import java.io.Serializable;

/**
 * What the enumerator is to do.
 *
 * @param snapshot the reading that the settings mean
 * @param reads whether the table is read as a whole; else what was begun before rests
 * @param plan null unless it is read
 * @param rate read units a second of all readers; 0 = without a limit
 * @param bounded whether the source ends when all is told
 */
record SnapshotRules(String snapshot, boolean reads, SnapshotPlan plan, int rate, boolean bounded)
    implements Serializable {}
