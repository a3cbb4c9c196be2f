/**
 * The change stream of the table: a FLIP-27 source that reads every change of every item in order
 * along each shard's lineage.
 *
 * <p>{@link io.chromasync.source.ShardEnumerator} runs in the JobManager and assigns shards; {@link
 * io.chromasync.source.StreamTransitions} changes from one stream to another. {@link
 * io.chromasync.source.ShardReader} runs in every subtask and polls its shards concurrently through
 * {@link io.chromasync.source.ShardPages}. The stream is an implementation of {@link
 * io.chromasync.source.ShardStream}: DynamoDB Streams in {@code dynamodb}, Kinesis Data Streams in
 * {@code kinesis}. Package {@code lineage} decides the order in which shards are read.
 *
 * <p>Imports {@code model}, {@code config}, {@code aws}, {@code runtime} and {@code start} only.
 * Start reading at {@link io.chromasync.source.ItemChanges}.
 */
package io.chromasync.source;
