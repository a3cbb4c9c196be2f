/**
 * Snapshots of single partitions, on demand. Start reading at {@link
 * io.chromasync.snapshot.query.PartitionQuery}.
 */
package io.chromasync.snapshot.query;
