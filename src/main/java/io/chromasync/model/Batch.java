package io.chromasync.model;

import java.util.List;

/**
 * Mutations of one lane that are written together, in their order: sweeps, deletes, updates,
 * upserts.
 *
 * <p>Each of these verbs names a record at most once. A record may have two mutations: a delete or
 * an update, and an upsert after it. Sweeps cover nothing that was pending when they came, so they
 * may go first.
 *
 * @param lane the lane's name, as in {@code words/17}
 * @param oldestMicros event time of the oldest change that waited for this batch, in microseconds
 *     since the epoch, whether it is in the batch or was coalesced away: the freshness of the batch
 *     is measured from it
 * @param reports what may be told of runs once all mutations of this batch, and of those before it
 *     in its lane, are written; may be all the batch holds
 */
public record Batch(
    String lane,
    Collection collection,
    List<Mutation> mutations,
    long oldestMicros,
    List<RunReport> reports) {}
