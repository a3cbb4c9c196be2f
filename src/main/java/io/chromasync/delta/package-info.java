/**
 * Vector batches: the deltas of compaction runs, loaded from S3, with permits, retries and
 * deadlines.
 *
 * <p>{@code format} reads a delta's files, {@code runs} marks runs in the table. Imports {@code
 * model}, {@code config}, {@code aws}, {@code runtime} and {@code start}. Start reading at {@link
 * io.chromasync.delta.DeltaOperator} and {@link io.chromasync.delta.DeltaLoader}.
 */
package io.chromasync.delta;
