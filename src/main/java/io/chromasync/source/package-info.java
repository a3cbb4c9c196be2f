/**
 * What the stream says: every change of every table item, in order along each shard's lineage.
 *
 * <p>A source of its own for shard streams, made of a generic part and one backend. {@link
 * io.chromasync.source.ShardEnumerator} runs in the JobManager and decides by {@link
 * io.chromasync.source.Lineage} which shard may be read when; {@link
 * io.chromasync.source.ShardReader} runs in every subtask and reads its shards concurrently through
 * {@link io.chromasync.source.ShardPages}. Both speak to the stream through {@link
 * io.chromasync.source.ShardStream}, which {@link io.chromasync.source.DynamoDbStream} implements.
 *
 * <p>Imports {@code model} and {@code config} only. Start reading at {@link
 * io.chromasync.source.ItemChanges}.
 */
package io.chromasync.source;
