/**
 * The laptop's tools, which the job's jar never carries: {@code bin/job} runs the job's own {@code
 * main} on an embedded Flink. {@code bin/demo} gives it a table, a Chroma server, sample receipts
 * and traffic, and checks the outcome. {@code bin/cluster} runs the jar on a Flink of separate
 * processes.
 *
 * <p>May use everything of the job and no test. Start reading at {@link
 * io.chromasync.local.JobRunner} and {@link io.chromasync.local.Demo}.
 */
package io.chromasync.local;
