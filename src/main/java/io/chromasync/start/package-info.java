/**
 * Patience at the start of a job: what is asked before there is a job, or before a task writes, may
 * be away for a moment, as after a crash that took more than the job.
 *
 * <p>Imports only {@code config}; start reading at {@link io.chromasync.start.StartWait}.
 */
package io.chromasync.start;
