package io.chromasync.chroma.window;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation.Verb;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Queue of the ready writes of one collection and verb, in the order in which they became ready.
 *
 * @param <T> type of the writes; compared by identity
 */
final class ReadyWrites<T extends Ready> {

  final CollectionName collection;
  final Verb verb;

  private final Set<T> writes = new LinkedHashSet<>();
  private long bytes;
  private long dueAt = Long.MAX_VALUE;
  private int passedOver;

  ReadyWrites(CollectionName collection, Verb verb) {
    this.collection = collection;
    this.verb = verb;
  }

  void add(T write) {
    writes.add(write);
    bytes += write.pendingBytes();
    dueAt = Math.min(dueAt, write.readyAt());
  }

  /** Removes a write, which must be in the queue. */
  void remove(T write) {
    writes.remove(write);
    bytes -= write.pendingBytes();
    if (writes.isEmpty()) {
      dueAt = Long.MAX_VALUE;
    }
  }

  /** Adjusts the queue's size in bytes after a write in it has grown, or shrunk (negative). */
  void grow(long more) {
    bytes += more;
  }

  /** Returns the write that has been ready longest; the queue must not be empty. */
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
   * Returns the processing time at which a group of this queue is due, which may precede the first
   * write's due time. {@link Long#MAX_VALUE} if the queue is empty.
   */
  long dueAt() {
    return dueAt;
  }

  /**
   * Returns the number of groups that other queues sent first since a group of this queue was due.
   */
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
