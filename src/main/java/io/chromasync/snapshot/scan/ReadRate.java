package io.chromasync.snapshot.scan;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Event that sends a reader its share of the rate limit.
 *
 * @param unitsPerSecond read units per second
 */
public record ReadRate(double unitsPerSecond) implements SourceEvent {}
