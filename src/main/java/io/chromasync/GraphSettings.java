package io.chromasync;

import io.chromasync.mapping.Domain;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.Projection;
import io.chromasync.model.TargetCollections;
import io.chromasync.resolve.ResolveSettings;

/**
 * Settings of the operators between sources and sinks, with the projection of the domain.
 *
 * @param firstTouch true if an unknown partition is read from the table before its first change
 *     takes effect
 * @param allRuns true if snapshots also load runs that are completed, because they were completed
 *     for other collections
 * @param target the collections to write to
 */
record GraphSettings(
    Domain domain,
    Projection projection,
    ResolveSettings resolve,
    boolean firstTouch,
    boolean allRuns,
    TargetCollections target,
    UpdateKeys updateKeys) {}
