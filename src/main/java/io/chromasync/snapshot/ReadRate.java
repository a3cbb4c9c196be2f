package io.chromasync.snapshot;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Tells a reader its part of the rate limit.
 *
 * @param unitsPerSecond read units
 */
record ReadRate(double unitsPerSecond) implements SourceEvent {}
