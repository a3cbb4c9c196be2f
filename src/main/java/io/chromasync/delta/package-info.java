/**
 * Freshly embedded vectors: compaction runs, their deltas in S3, and what is told of them in the
 * table.
 *
 * <p>Imports {@code model} and, for settings and metrics, {@code config}.
 */
package io.chromasync.delta;
