package io.chromasync;

import io.chromasync.model.ItemChange;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * What the job reads.
 *
 * @param changes of the table, as the stream says them
 * @param redriven changes that were dead letters and are sent again
 */
record Inputs(DataStream<ItemChange> changes, DataStream<ItemChange> redriven) {}
