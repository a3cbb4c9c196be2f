package io.chromasync.chroma.window;

import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A mutation that is a sweep, and which records it deletes: all below its key but those it spares.
 */
record Sweep(Mutation mutation, Set<RecordKey> spared) {

  private static final Comparator<RecordKey> BY_ID = Comparator.comparing(RecordKey::id);

  static Sweep of(Mutation mutation) {
    return new Sweep(
        mutation, mutation.spared() == null ? Set.of() : new HashSet<>(mutation.spared()));
  }

  RecordKey below() {
    return mutation.record();
  }

  boolean deletes(RecordKey record) {
    return below().covers(record) && !spared.contains(record);
  }

  /** Whether the other sweep deletes nothing that this one would leave. */
  boolean deletesAllOf(Sweep other) {
    return below().covers(other.below()) && spared.stream().noneMatch(other::deletes);
  }

  /**
   * The one sweep that deletes what either of two with the same key does: it spares what both
   * spare.
   */
  Sweep and(Sweep newer) {
    List<RecordKey> both = newer.spared.stream().filter(spared::contains).sorted(BY_ID).toList();
    return of(
        Mutation.sweep(below(), both, newer.mutation.version())
            .causedBy(
                newer.mutation.source() == null ? mutation.source() : newer.mutation.source()));
  }
}
