package io.chromasync.simulation;

import io.chromasync.chroma.Mark;
import io.chromasync.model.RunDelta;
import io.chromasync.model.Version;
import io.chromasync.resolve.SimulatedResolve;
import io.chromasync.resolve.SimulatedResolve.LastRewrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the path remembers, and a checkpoint holds. Everything is in a fixed order, so that chance
 * alone decides.
 */
final class State {

  /** How many changes of each shard were read. */
  final int[] positions;

  /** Runs that were read and whose deltas were not yet loaded. */
  final List<RunDelta> loading = new ArrayList<>();

  /** What was loaded, by {@link Delta#name}. */
  final Map<String, Delta> loaded = new TreeMap<>();

  /** By image. */
  final Map<String, SimulatedResolve> images = new TreeMap<>();

  /** As of when the whole table was read; null = never. */
  Version tableReadAsOf;

  /** How many changes ended how. */
  final Map<String, Integer> outcomes = new TreeMap<>();

  /** What the sink keeps. */
  List<Mark> marks = List.of();

  /** How many requests for rewrites were read. */
  int requestsRead;

  /** The rewrite that was made last; null = none was. */
  LastRewrite rewritten;

  /** How often Chroma had gone back when that was noticed. */
  int repaired;

  State(int shards) {
    positions = new int[shards];
  }

  State copy() {
    State copy = new State(positions.length);
    System.arraycopy(positions, 0, copy.positions, 0, positions.length);
    copy.loading.addAll(loading);
    copy.loaded.putAll(loaded);
    images.forEach((image, resolve) -> copy.images.put(image, resolve.copy()));
    copy.tableReadAsOf = tableReadAsOf;
    copy.outcomes.putAll(outcomes);
    copy.marks = marks;
    copy.requestsRead = requestsRead;
    copy.rewritten = rewritten;
    copy.repaired = repaired;
    return copy;
  }

  void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }
}
