package io.chromasync.chroma.delivery;

import io.chromasync.chroma.delivery.ColumnJson.Writing;
import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Delivery of one group, from its first attempt to its end. Owned by the task's thread. */
public final class Sending {

  private final WriteGroup group;

  /**
   * Filters of the requests that a delete by filter still has to send; empty for every other verb.
   */
  private final Deque<Writing> filters;

  /** Number of attempts, heartbeats included. */
  private int attempts;

  /** Beginning of the first attempt, in milliseconds since the epoch. */
  private long firstAttemptAt;

  /** Last loss of a connection; null = no loss. */
  private ConnectionLoss loss;

  /** True if the server has not responded since the last loss. */
  private boolean inDoubt;

  /** Creates the delivery of a group that needs one request. */
  Sending(WriteGroup group) {
    this(group, List.of());
  }

  /**
   * Creates the delivery of a group.
   *
   * @param filters of a delete by filter, each of which needs a request; else empty
   */
  Sending(WriteGroup group, List<Writing> filters) {
    this.group = group;
    this.filters = new ArrayDeque<>(filters);
  }

  private Sending(WriteGroup group, Sending whole) {
    this(group);
    this.attempts = whole.attempts;
    this.firstAttemptAt = whole.firstAttemptAt;
  }

  WriteGroup group() {
    return group;
  }

  int attempts() {
    return attempts;
  }

  long firstAttemptAt() {
    return firstAttemptAt;
  }

  ConnectionLoss loss() {
    return loss;
  }

  boolean isInDoubt() {
    return inDoubt;
  }

  /**
   * Returns true for a delete by filter that deletes nothing, because it excludes everything it
   * covers.
   */
  boolean isNothing() {
    return group.verb() == Verb.DELETE_BY_FILTER && filters.isEmpty();
  }

  /** Returns the next filter of a delete by filter; null for every other verb. */
  Writing filter() {
    return filters.peek();
  }

  /** Returns true if no request follows the next request. */
  boolean isLast() {
    return filters.size() <= 1;
  }

  /**
   * Continues after a request was acknowledged or given up; returns true if it was the last
   * request.
   */
  boolean advance() {
    boolean last = isLast();
    filters.poll();
    attempts = 0;
    loss = null;
    inDoubt = false;
    return last;
  }

  /**
   * Returns a delivery of the first mutations alone, with the attempts of the whole group. A lost
   * connection of the whole group does not count for the part.
   */
  Sending first(int count) {
    return count == group.size() ? this : new Sending(group.first(count), this);
  }

  /** Returns a delivery of the mutations after the first ones, without attempts. */
  Sending after(int count) {
    return new Sending(group.after(count));
  }

  /** Counts an attempt, of the request or of a heartbeat before it. */
  void attempt(long now) {
    if (attempts == 0) {
      firstAttemptAt = now;
    }
    attempts++;
  }

  /** Records the loss of a request's connection. */
  void lose(ConnectionLoss newest) {
    loss = newest;
    inDoubt = true;
  }

  /** Records that the server responds to other requests. */
  void answered() {
    inDoubt = false;
  }
}
