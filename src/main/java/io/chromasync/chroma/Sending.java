package io.chromasync.chroma;

import io.chromasync.chroma.ColumnJson.Writing;
import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A group on its way to Chroma, from its first attempt to its end. Owned by the task's thread. */
final class Sending {

  private final WriteGroup group;

  /** The requests that a sweep still has to send; empty for every other verb. */
  private final Deque<Writing> filters;

  /** Probes included. */
  private int attempts;

  /** When the first attempt began, in milliseconds since the epoch. */
  private long firstAttemptAt;

  /** Of the last lost connection; null = none was lost. */
  private Loss loss;

  /** Whether the loss is new, and nothing is known of the server since. */
  private boolean inDoubt;

  Sending(WriteGroup group) {
    this.group = group;
    this.filters =
        new ArrayDeque<>(
            group.verb() == Verb.SWEEP ? Where.of(group.mutations().get(0)) : List.of());
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

  Loss loss() {
    return loss;
  }

  boolean isInDoubt() {
    return inDoubt;
  }

  /** Whether it is a sweep that deletes nothing, because it spares all it covers. */
  boolean isNothing() {
    return group.verb() == Verb.SWEEP && filters.isEmpty();
  }

  /** The filter of a sweep that is next; null for every other verb. */
  Writing filter() {
    return filters.peek();
  }

  /** Whether no request follows the next one. */
  boolean isLast() {
    return filters.size() <= 1;
  }

  /** Goes on after a request that was acknowledged or given up; whether it was the last one. */
  boolean advance() {
    boolean last = isLast();
    filters.poll();
    attempts = 0;
    loss = null;
    inDoubt = false;
    return last;
  }

  /**
   * The first mutations alone, tried as often as the whole. A loss of the whole says nothing of the
   * part.
   */
  Sending first(int count) {
    return count == group.size() ? this : new Sending(group.first(count), this);
  }

  /** The mutations after the first ones, not tried yet. */
  Sending after(int count) {
    return new Sending(group.after(count));
  }

  /** Notes that an attempt has begun, of the request or of a heartbeat before it. */
  void attempt(long now) {
    if (attempts == 0) {
      firstAttemptAt = now;
    }
    attempts++;
  }

  /** Notes that the connection of a request was lost. */
  void lose(Loss newest) {
    loss = newest;
    inDoubt = true;
  }

  /** Notes that the server answers others. */
  void answered() {
    inDoubt = false;
  }
}
