package io.chromasync;

import io.chromasync.model.Announcement;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.RunDelta;
import io.chromasync.model.SinkInput;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.SnapshotRequest;
import java.util.function.Function;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * External systems of the graph, so that a test can replace them: sources, reads in the middle of
 * the graph as functions of streams, and sinks.
 *
 * @param changes item changes from the table's stream
 * @param redriven changes of dead letters that are redriven
 * @param snapshots snapshots of the table
 * @param requests requests for snapshots of single partitions
 * @param queries operators' queries of the state of partitions
 * @param rollbacks rollbacks of Chroma, each of which requires a rewrite of all records
 * @param partitions queries all items of a partition
 * @param deltas loads the vector deltas of runs
 */
record Connectors(
    DataStream<ItemChange> changes,
    DataStream<ItemChange> redriven,
    DataStream<SnapshotPart> snapshots,
    DataStream<SnapshotRequest> requests,
    DataStream<ResolveInput> queries,
    DataStream<Announcement> rollbacks,
    Function<DataStream<SnapshotRequest>, DataStream<SnapshotPart>> partitions,
    Function<DataStream<RunDelta>, DataStream<ResolveInput>> deltas,
    Sink<SinkInput> chroma,
    Sink<DeadLetter> deadLetters,
    Sink<String> queryResults) {}
