package io.chromasync.source;

import io.chromasync.model.ItemChange;

/**
 * One record of a shard.
 *
 * @param sequence the record's place in the shard, from which reading can go on
 * @param createdMillis when it was written to the stream, in milliseconds since the epoch, as fine
 *     as the stream says; not before the change that it tells of was made
 * @param change what it says, or null if it is of a table that is not read
 */
record ShardRecord(String sequence, long createdMillis, ItemChange change) implements ShardStep {}
