/**
 * Kinesis Data Streams as a {@link io.chromasync.source.ShardStream}, which delivers changes late,
 * duplicated and out of order. Start reading at {@link io.chromasync.source.kinesis.KinesisStream}.
 */
package io.chromasync.source.kinesis;
