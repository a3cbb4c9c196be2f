/**
 * The table at one time: a FLIP-27 source that reads partitions by a scan, from an export in S3 or
 * by queries, each with its snapshot timestamp ({@code asOf}).
 *
 * <p>Start reading at {@link io.chromasync.snapshot.Snapshots}. {@code resolve} decides what a
 * snapshot changes.
 */
package io.chromasync.snapshot;
