/**
 * Retries at the start of a job. Services that the job or its tasks need may be unavailable for a
 * short time, for example after a crash that affected more than the job.
 *
 * <p>Imports {@code config}, {@code aws} and {@code runtime}; start reading at {@link
 * io.chromasync.start.StartRetries}.
 */
package io.chromasync.start;
