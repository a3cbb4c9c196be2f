package io.chromasync.source;

import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Event from the enumerator to a reader: a complete checkpoint contains the enumerator's record of
 * these finished shards, so the reader can drop them.
 */
record FinishedShardsAcked(Set<String> shards) implements SourceEvent {}
