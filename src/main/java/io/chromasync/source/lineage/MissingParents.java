package io.chromasync.source.lineage;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Parents that are missing from listings, with the number and the duration of the misses. Used by
 * one thread.
 */
final class MissingParents {

  private final Map<String, ConsecutiveMisses> misses = new HashMap<>();

  /** Records the parents that a listing lacks. */
  void listed(Set<String> absent, Instant now) {
    misses.keySet().retainAll(absent);
    absent.forEach(
        parent -> misses.compute(parent, (id, before) -> ConsecutiveMisses.of(before, now)));
  }

  /** Returns whether a parent is certainly trimmed. */
  boolean isGone(String parent) {
    ConsecutiveMisses missed = misses.get(parent);
    return missed != null && missed.isProof();
  }

  /** Returns whether a parent may be missing by accident. */
  boolean isDoubtful() {
    return misses.values().stream().anyMatch(missed -> !missed.isProof());
  }

  void clear() {
    misses.clear();
  }
}
