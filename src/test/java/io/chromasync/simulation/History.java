package io.chromasync.simulation;

import java.util.List;
import java.util.Map;

/**
 * What happened to a table, from its beginning.
 *
 * @param changes in their true order
 * @param deltas what the runs among them brought to the store, by {@link Delta#name}
 */
record History(List<Change> changes, Map<String, Delta> deltas) {}
