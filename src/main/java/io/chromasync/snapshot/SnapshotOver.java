package io.chromasync.snapshot;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Event from the enumerator to every reader of an unbounded source: nothing is to be read, or
 * everything was emitted, with its end. The source no longer holds event time then.
 */
record SnapshotOver() implements SourceEvent {}
