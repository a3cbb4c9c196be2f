/** Audit of a job: compares the table, the job's state and Chroma, and repairs by snapshots. */
package io.chromasync.ops.audit;
