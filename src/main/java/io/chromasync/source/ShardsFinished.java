package io.chromasync.source;

import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Event from a reader to the enumerator: shards were read to their ends.
 *
 * @param lastMillis creation time of the last record read, by shard: its children have no older
 *     record; {@link Long#MIN_VALUE} if no record was read
 */
record ShardsFinished(Map<String, Long> lastMillis) implements SourceEvent {}
