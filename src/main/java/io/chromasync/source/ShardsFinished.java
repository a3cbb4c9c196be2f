package io.chromasync.source;

import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * A reader tells the enumerator that it has read shards to their ends.
 *
 * @param lastMillis by shard, when the last record read of it was created, so that its children
 *     have none from before; {@link Long#MIN_VALUE} if none was read
 */
record ShardsFinished(Map<String, Long> lastMillis) implements SourceEvent {}
