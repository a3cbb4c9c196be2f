package io.chromasync.delta;

/**
 * One of the two parts of a collection that take writes from its log.
 *
 * @param id what the database calls it; of vectors the name of their folder too
 * @param upTo the last number of the log that has gone in; 0 = none, whatever else lies there
 */
record Segment(String id, long upTo) {}
