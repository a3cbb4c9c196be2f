package io.chromasync.chroma.window;

import io.chromasync.model.Collection;
import io.chromasync.model.Mutation.Verb;
import java.util.LinkedHashSet;

/**
 * Queue of the ready writes of one collection and verb, in the order in which they became ready.
 *
 * @param <T> by identity
 */
final class ReadyWrites<T extends Ready> {

  final Collection collection;
  final Verb verb;
  final LinkedHashSet<T> writes = new LinkedHashSet<>();

  /** How many groups of other queues were taken first since this one was due. */
  int passedOver;

  ReadyWrites(Collection collection, Verb verb) {
    this.collection = collection;
    this.verb = verb;
  }

  /** When the first of them is due; {@link Long#MAX_VALUE} if there is none. */
  long dueAt() {
    return writes.isEmpty() ? Long.MAX_VALUE : writes.iterator().next().readyAt();
  }
}
