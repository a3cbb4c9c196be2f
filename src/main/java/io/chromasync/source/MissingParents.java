package io.chromasync.source;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The parents that listings lack, and for how long. Used by one thread. */
final class MissingParents {

  private final Map<String, InARow> misses = new HashMap<>();

  /** One more listing. */
  void listed(Set<String> absent, Instant now) {
    misses.keySet().retainAll(absent);
    absent.forEach(parent -> misses.compute(parent, (id, before) -> InARow.of(before, now)));
  }

  /** Whether a parent is surely trimmed. */
  boolean isGone(String parent) {
    InARow missed = misses.get(parent);
    return missed != null && missed.isProof();
  }

  /** Whether one may be missing by accident. */
  boolean isDoubtful() {
    return misses.values().stream().anyMatch(missed -> !missed.isProof());
  }

  void clear() {
    misses.clear();
  }
}
