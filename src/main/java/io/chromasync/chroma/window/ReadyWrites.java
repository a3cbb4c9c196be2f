package io.chromasync.chroma.window;

import io.chromasync.model.Collection;
import io.chromasync.model.Mutation.Verb;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Queue of the ready writes of one collection and verb, in the order in which they became ready.
 *
 * @param <T> compared by identity
 */
final class ReadyWrites<T extends Ready> {

  final Collection collection;
  final Verb verb;

  private final Set<T> writes = new LinkedHashSet<>();
  private long bytes;
  private long dueAt = Long.MAX_VALUE;
  private int passedOver;

  ReadyWrites(Collection collection, Verb verb) {
    this.collection = collection;
    this.verb = verb;
  }

  void add(T write) {
    writes.add(write);
    bytes += write.pendingBytes();
    dueAt = Math.min(dueAt, write.readyAt());
  }

  /** Takes a write out, which must be in it. */
  void remove(T write) {
    writes.remove(write);
    bytes -= write.pendingBytes();
    if (writes.isEmpty()) {
      dueAt = Long.MAX_VALUE;
    }
  }

  /** Notes that a write in it has so many bytes more, or fewer. */
  void grow(long more) {
    bytes += more;
  }

  /** The write that has been ready longest; there must be one. */
  T first() {
    return writes.iterator().next();
  }

  boolean isEmpty() {
    return writes.isEmpty();
  }

  int size() {
    return writes.size();
  }

  long bytes() {
    return bytes;
  }

  /**
   * Processing time from which on a group of it is due, the first write's or earlier; {@link
   * Long#MAX_VALUE} if it is empty.
   */
  long dueAt() {
    return dueAt;
  }

  /** How many groups of other queues were taken first since a group of it was due. */
  int passedOver() {
    return passedOver;
  }

  void passOver() {
    passedOver++;
  }

  void serve() {
    passedOver = 0;
  }
}
