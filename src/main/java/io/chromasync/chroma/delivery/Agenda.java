package io.chromasync.chroma.delivery;

import io.chromasync.chroma.DeleteFilters;
import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.chroma.window.WriteQueue;
import io.chromasync.model.EntityTree;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Groups to send next. New groups of a {@link WriteQueue} alternate with retries and parts of
 * groups, so that no kind of group delays another kind. Owned by the task's thread.
 */
public final class Agenda {

  private final WriteQueue queue;
  private final EntityTree tree;
  private final WriteQueue.Limits limits;
  private final Deque<Sending> again = new ArrayDeque<>();
  private boolean lastWasAgain;

  Agenda(WriteQueue queue, EntityTree tree, WriteQueue.Limits limits) {
    this.queue = queue;
    this.tree = tree;
    this.limits = limits;
  }

  /**
   * Takes the next group.
   *
   * @param urgent true if nothing lingers
   * @return null if no group is due
   */
  Sending next(long now, boolean urgent) {
    lastWasAgain = !again.isEmpty() && !lastWasAgain;
    if (lastWasAgain) {
      return again.remove();
    }
    WriteGroup group = queue.next(now, urgent, limits);
    return group == null ? again.poll() : sending(group);
  }

  private Sending sending(WriteGroup group) {
    if (group.verb() != Verb.DELETE_BY_FILTER) {
      return new Sending(group);
    }
    Mutation delete = group.mutations().get(0);
    return new Sending(group, DeleteFilters.of(delete, tree.of(group.collection())));
  }

  /** Adds a group to send again, after all groups already waiting for that. */
  void again(Sending sending) {
    again.add(sending);
  }

  /** Returns the first mutations of a group; the remaining mutations are sent next. */
  Sending cut(Sending sending, int count) {
    if (count < sending.group().size()) {
      again.addFirst(sending.after(count));
    }
    return sending.first(count);
  }

  /** Adds the halves of a group of several mutations to send next. */
  void halve(Sending sending) {
    int half = (sending.group().size() + 1) / 2;
    again.addFirst(sending.after(half));
    again.addFirst(new Sending(sending.group().first(half)));
  }

  /** Continues after a request of a group was acknowledged or given up. */
  void advance(Sending sending) {
    if (sending.advance()) {
      queue.settle(sending.group());
    } else {
      again.addFirst(sending);
    }
  }
}
