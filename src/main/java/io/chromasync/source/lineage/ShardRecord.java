package io.chromasync.source.lineage;

import io.chromasync.model.ItemChange;

/**
 * Record of a shard.
 *
 * @param sequence sequence number: the position in the shard from which reading can resume
 * @param createdMillis time at which the record was written to the stream, in milliseconds since
 *     the epoch, in the stream's precision; not before the change was made
 * @param change change that the record describes, or null if it is of a table that is not read
 */
public record ShardRecord(String sequence, long createdMillis, ItemChange change)
    implements ShardStep {}
