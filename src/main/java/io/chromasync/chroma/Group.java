package io.chromasync.chroma;

import io.chromasync.model.Batch;
import io.chromasync.model.Collection;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Mutations that may go in one request: of one verb, and of each record at most one. A sweep is
 * alone, in as many groups as it has filters. The groups of a lane are written in their order.
 *
 * @param mutations at least one
 * @param filter what a sweep deletes; null if it is no sweep
 * @param records how many it counts for when it is written; of the groups of one sweep the last has
 *     1, the others 0
 * @param oldestMicros event time of the oldest change in its batch
 * @param weight that of the mutations, see {@link Mutation#weight}
 */
record Group(
    Collection collection,
    Verb verb,
    List<Mutation> mutations,
    ColumnJson.Writing filter,
    int records,
    long oldestMicros,
    long weight) {

  /** The groups of a batch, as large as can be. */
  static List<Group> of(Batch batch) {
    List<Group> groups = new ArrayList<>();
    List<Mutation> together = new ArrayList<>();
    Set<String> named = new HashSet<>();
    for (Mutation mutation : batch.mutations()) {
      boolean other = !together.isEmpty() && together.get(0).verb() != mutation.verb();
      if (other || named.contains(mutation.record().id())) {
        groups.add(of(batch, together));
        together = new ArrayList<>();
        named.clear();
      }
      if (mutation.verb() == Verb.SWEEP) {
        addSweep(groups, batch, mutation);
      } else {
        together.add(mutation);
        named.add(mutation.record().id());
      }
    }
    if (!together.isEmpty()) {
      groups.add(of(batch, together));
    }
    return groups;
  }

  int size() {
    return mutations.size();
  }

  /** The first mutations, at least one. */
  Group first(int count) {
    return count == size() ? this : part(mutations.subList(0, count));
  }

  /** The mutations after the first ones, at least one. */
  Group after(int count) {
    return part(mutations.subList(count, size()));
  }

  /** For messages, as in {@code UPDATE of 500 records}. Never content. */
  @Override
  public String toString() {
    return verb == Verb.SWEEP ? "SWEEP" : "%s of %s records".formatted(verb, size());
  }

  private Group part(List<Mutation> some) {
    return new Group(collection, verb, some, null, some.size(), oldestMicros, weight(some));
  }

  private static Group of(Batch batch, List<Mutation> together) {
    return new Group(
        batch.collection(),
        together.get(0).verb(),
        together,
        null,
        together.size(),
        batch.oldestMicros(),
        weight(together));
  }

  private static void addSweep(List<Group> groups, Batch batch, Mutation sweep) {
    Iterator<ColumnJson.Writing> filters = Where.of(sweep).iterator();
    while (filters.hasNext()) {
      ColumnJson.Writing filter = filters.next();
      groups.add(
          new Group(
              batch.collection(),
              Verb.SWEEP,
              List.of(sweep),
              filter,
              filters.hasNext() ? 0 : 1,
              batch.oldestMicros(),
              sweep.weight()));
    }
  }

  private static long weight(List<Mutation> mutations) {
    return mutations.stream().mapToLong(Mutation::weight).sum();
  }
}
