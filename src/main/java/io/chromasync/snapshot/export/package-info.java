/**
 * Snapshots from an export of the table to S3. Start reading at {@link
 * io.chromasync.snapshot.export.ExportPlan} and {@link io.chromasync.snapshot.export.ExportLines}.
 */
package io.chromasync.snapshot.export;
