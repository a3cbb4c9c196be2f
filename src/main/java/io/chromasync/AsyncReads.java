package io.chromasync;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.RunDelta;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableSnapshot;
import java.util.function.Function;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Reads from external systems in the middle of the graph, as functions of streams so that a test
 * can replace them.
 *
 * @param deltas loads the vector deltas of runs
 * @param partitions queries all items of an image
 */
record AsyncReads(
    Function<DataStream<RunDelta>, DataStream<DeltaStep>> deltas,
    Function<DataStream<SnapshotRequest>, DataStream<TableSnapshot>> partitions) {}
