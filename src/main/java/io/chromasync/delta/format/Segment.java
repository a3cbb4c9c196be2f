package io.chromasync.delta.format;

/**
 * Metadata or vectors of a collection, as far as writes of the log have been applied.
 *
 * @param id id in the database; for vectors also the name of their folder
 * @param upTo last log position that has been applied; 0 = none, regardless of other files
 */
public record Segment(String id, long upTo) {}
