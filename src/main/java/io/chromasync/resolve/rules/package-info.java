/**
 * Pure decisions, without Flink: versions, tombstones, retention, the merge of snapshots, and the
 * mutations that follow from a change.
 *
 * <p>Imports {@code model} only. {@link io.chromasync.resolve.rules.LastWriterWins} decides which
 * change takes effect, and {@link io.chromasync.resolve.rules.Resolver} derives its consequences.
 * {@link io.chromasync.resolve.rules.WorkingSet} contains the known facts of one partition while a
 * change is applied.
 */
package io.chromasync.resolve.rules;
