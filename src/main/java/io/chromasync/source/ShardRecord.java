package io.chromasync.source;

import io.chromasync.model.ItemChange;

/**
 * One record of a shard.
 *
 * @param sequence the record's place in the shard, from which reading can go on
 * @param createdMillis when it was written, in milliseconds since the epoch, as fine as the stream
 *     says
 * @param change what it says
 */
record ShardRecord(String sequence, long createdMillis, ItemChange change) implements ShardStep {}
