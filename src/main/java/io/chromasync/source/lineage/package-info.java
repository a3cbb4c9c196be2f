/**
 * Shards, their lineage and positions: the order in which shards are read, the start position, gaps
 * of a stream, and the migration from one stream to another.
 *
 * <p>Start reading at {@link io.chromasync.source.lineage.Lineage}, which decides; {@link
 * io.chromasync.source.lineage.LineageState} is its part of a checkpoint.
 */
package io.chromasync.source.lineage;
