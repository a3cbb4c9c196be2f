/**
 * What the table says as a whole: its partitions, read by a scan, from an export in S3 or one by
 * one, each with the moment as of which it holds.
 *
 * <p>{@link io.chromasync.snapshot.Snapshots} is where to begin; what the readings mean for what is
 * known already is decided in {@code resolve}.
 */
package io.chromasync.snapshot;
