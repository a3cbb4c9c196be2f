package io.chromasync.model;

import java.util.List;

/**
 * Mutations of one lane that are written together, at most one for each record.
 *
 * <p>Sweeps come first and cover only what was pending before them; the order of the others does
 * not matter.
 *
 * @param lane the lane's name, as in {@code words/17}
 */
public record Batch(String lane, Collection collection, List<Mutation> mutations) {}
