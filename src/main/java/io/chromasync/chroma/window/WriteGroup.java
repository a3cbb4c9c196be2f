package io.chromasync.chroma.window;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.List;

/**
 * Mutations that fit into one request: one collection, one verb, each record at most once. A delete
 * by filter is always alone.
 *
 * @param mutations at least one
 * @param oldestMicros event time of the oldest change, including coalesced changes, in microseconds
 *     since the epoch
 */
public record WriteGroup(
    CollectionName collection, Verb verb, List<Mutation> mutations, long oldestMicros) {

  /** Returns the collection and verb of all mutations. */
  public WriteKind kind() {
    return new WriteKind(collection, verb);
  }

  /** Returns the number of mutations. */
  public int size() {
    return mutations.size();
  }

  /** Returns the first mutations, at least one. */
  public WriteGroup first(int count) {
    return count == size() ? this : part(mutations.subList(0, count));
  }

  /** Returns the mutations after the first ones, at least one. */
  public WriteGroup after(int count) {
    return part(mutations.subList(count, size()));
  }

  /**
   * Describes the group for messages, as in {@code UPDATE of 500 records}; never includes content.
   */
  @Override
  public String toString() {
    return verb == Verb.DELETE_BY_FILTER
        ? "DELETE_BY_FILTER"
        : "%s of %s records".formatted(verb, size());
  }

  private WriteGroup part(List<Mutation> some) {
    return new WriteGroup(collection, verb, some, oldestMicros);
  }
}
