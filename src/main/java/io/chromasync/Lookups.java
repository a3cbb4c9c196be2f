package io.chromasync;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.RunDelta;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableSnapshot;
import java.util.function.Function;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * What the job asks others for on its way.
 *
 * @param deltas loads the deltas of runs
 * @param partitions reads all items of an image from the table
 */
record Lookups(
    Function<DataStream<RunDelta>, DataStream<DeltaStep>> deltas,
    Function<DataStream<SnapshotRequest>, DataStream<TableSnapshot>> partitions) {}
