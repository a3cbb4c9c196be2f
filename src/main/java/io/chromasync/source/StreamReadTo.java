package io.chromasync.source;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Event from the enumerator to every reader: all changes of the stream up to an instant have been
 * emitted.
 *
 * @param millis instant in event time, in milliseconds since the epoch
 */
record StreamReadTo(long millis) implements SourceEvent {}
