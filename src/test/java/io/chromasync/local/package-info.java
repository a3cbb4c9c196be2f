/**
 * What a laptop needs and the job's jar never carries: {@code bin/job}, which runs the job's own
 * {@code main} on an embedded Flink, and {@code bin/demo}, which gives it a table, a Chroma server,
 * sample receipts and traffic, and checks the outcome.
 *
 * <p>May use everything, but what judges the outcome shares no code with the job. Start reading at
 * {@link io.chromasync.local.JobRunner} and {@link io.chromasync.local.Demo}.
 */
package io.chromasync.local;
