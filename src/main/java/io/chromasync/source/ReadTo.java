package io.chromasync.source;

import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Event from a reader to the enumerator: everything in shards has been emitted up to an instant.
 *
 * @param millis instant by shard, in milliseconds since the epoch; changes that become readable
 *     later may still be older by the delivery margin
 */
record ReadTo(Map<String, Long> millis) implements SourceEvent {
  ReadTo {
    millis = Map.copyOf(millis);
  }
}
