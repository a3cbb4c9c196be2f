package io.chromasync;

import io.chromasync.model.ItemChange;
import io.chromasync.model.Rollback;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableSnapshot;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * What the job reads.
 *
 * @param changes of the table, as the stream says them
 * @param redriven changes that were dead letters and are sent again
 * @param snapshots readings of the table
 * @param requests for readings of single images
 * @param rollbacks of Chroma, each of which asks for a rewrite of everything
 */
record Inputs(
    DataStream<ItemChange> changes,
    DataStream<ItemChange> redriven,
    DataStream<TableSnapshot> snapshots,
    DataStream<SnapshotRequest> requests,
    DataStream<Rollback> rollbacks) {}
