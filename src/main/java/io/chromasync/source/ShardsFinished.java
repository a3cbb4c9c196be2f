package io.chromasync.source;

import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;

/** A reader tells the enumerator that it has read shards to their ends. */
record ShardsFinished(Set<String> shards) implements SourceEvent {}
