/**
 * Snapshots by a parallel scan of the table. Start reading at {@link
 * io.chromasync.snapshot.scan.ScanPlan} and {@link io.chromasync.snapshot.scan.ScanPages}.
 */
package io.chromasync.snapshot.scan;
