package io.chromasync;

import io.chromasync.model.ItemChange;
import io.chromasync.model.Rollback;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableSnapshot;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Streams that enter the graph.
 *
 * @param changes item changes from the table's stream
 * @param redriven changes of dead letters that are redriven
 * @param snapshots snapshots of the table
 * @param requests requests for snapshots of single images
 * @param rollbacks rollbacks of Chroma, each of which requires a rewrite of all records
 */
record Inputs(
    DataStream<ItemChange> changes,
    DataStream<ItemChange> redriven,
    DataStream<TableSnapshot> snapshots,
    DataStream<SnapshotRequest> requests,
    DataStream<Rollback> rollbacks) {}
