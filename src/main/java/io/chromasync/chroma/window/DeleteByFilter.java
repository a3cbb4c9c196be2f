package io.chromasync.chroma.window;

import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Delete by filter: deletes all records below its key, except excluded records. */
record DeleteByFilter(Mutation mutation, Set<RecordKey> excluded) {

  private static final Comparator<RecordKey> BY_ID = Comparator.comparing(RecordKey::id);

  static DeleteByFilter of(Mutation mutation) {
    return new DeleteByFilter(
        mutation, mutation.excluded() == null ? Set.of() : new HashSet<>(mutation.excluded()));
  }

  RecordKey below() {
    return mutation.record();
  }

  boolean deletes(RecordKey record) {
    return below().covers(record) && !excluded.contains(record);
  }

  /** Returns true if this delete deletes every record that the other delete deletes. */
  boolean deletesAllOf(DeleteByFilter other) {
    return below().covers(other.below()) && excluded.stream().noneMatch(other::deletes);
  }

  /**
   * Combines this delete with a newer delete of the same key. The result excludes only records that
   * both deletes exclude.
   */
  DeleteByFilter and(DeleteByFilter newer) {
    List<RecordKey> both =
        newer.excluded.stream().filter(excluded::contains).sorted(BY_ID).toList();
    return of(
        Mutation.deleteByFilter(below(), both, newer.mutation.version())
            .causedBy(
                newer.mutation.source() == null ? mutation.source() : newer.mutation.source()));
  }
}
