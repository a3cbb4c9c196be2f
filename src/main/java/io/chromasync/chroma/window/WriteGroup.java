package io.chromasync.chroma.window;

import io.chromasync.model.Collection;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.List;

/**
 * Mutations that may travel in one request: of one collection and verb, each record at most once. A
 * sweep is alone.
 *
 * @param mutations at least one
 * @param oldestMicros event time of the oldest change behind them, coalesced ones included, in
 *     microseconds since the epoch
 */
public record WriteGroup(
    Collection collection, Verb verb, List<Mutation> mutations, long oldestMicros) {

  public int size() {
    return mutations.size();
  }

  /** The first mutations, at least one. */
  public WriteGroup first(int count) {
    return count == size() ? this : part(mutations.subList(0, count));
  }

  /** The mutations after the first ones, at least one. */
  public WriteGroup after(int count) {
    return part(mutations.subList(count, size()));
  }

  /** For messages, as in {@code UPDATE of 500 records}. Never content. */
  @Override
  public String toString() {
    return verb == Verb.SWEEP ? "SWEEP" : "%s of %s records".formatted(verb, size());
  }

  private WriteGroup part(List<Mutation> some) {
    return new WriteGroup(collection, verb, some, oldestMicros);
  }
}
