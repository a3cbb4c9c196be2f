package io.chromasync.chroma;

import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.chroma.window.WriteQueue;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Groups to send next: those of a {@link WriteQueue} that were never sent take turns with retries
 * and parts of groups, so neither holds up the other. Owned by the task's thread.
 */
final class Agenda {

  private final WriteQueue queue;
  private final WriteQueue.Limits limits;
  private final Deque<Sending> again = new ArrayDeque<>();
  private boolean lastWasAgain;

  Agenda(WriteQueue queue, WriteQueue.Limits limits) {
    this.queue = queue;
    this.limits = limits;
  }

  /**
   * Takes the next group.
   *
   * @param urgent whether nothing lingers
   * @return null if none is due
   */
  Sending next(long now, boolean urgent) {
    lastWasAgain = !again.isEmpty() && !lastWasAgain;
    if (lastWasAgain) {
      return again.remove();
    }
    WriteGroup group = queue.next(now, urgent, limits);
    return group == null ? again.poll() : new Sending(group);
  }

  /** Sends a group again, after the others. */
  void again(Sending sending) {
    again.add(sending);
  }

  /** The first mutations of a group; the others are sent next. */
  Sending cut(Sending sending, int count) {
    if (count < sending.group().size()) {
      again.addFirst(sending.after(count));
    }
    return sending.first(count);
  }

  /** Sends the halves of a group of several mutations next. */
  void halve(Sending sending) {
    int half = (sending.group().size() + 1) / 2;
    again.addFirst(sending.after(half));
    again.addFirst(new Sending(sending.group().first(half)));
  }

  /** Goes on after a request of a group that was acknowledged or given up. */
  void advance(Sending sending) {
    if (sending.advance()) {
      queue.settle(sending.group());
    } else {
      again.addFirst(sending);
    }
  }
}
