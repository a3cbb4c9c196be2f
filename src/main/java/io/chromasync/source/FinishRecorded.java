package io.chromasync.source;

import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * The enumerator tells a reader that a complete checkpoint holds its knowledge of finished shards,
 * so that the reader can forget them.
 */
record FinishRecorded(Set<String> shards) implements SourceEvent {}
