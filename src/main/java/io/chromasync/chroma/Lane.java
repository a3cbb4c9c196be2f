package io.chromasync.chroma;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The groups of one lane in their order. A request is cut from the first, and is the only one under
 * way. Owned by the task's thread.
 */
final class Lane {

  final String name;

  /** Whether it waits for a slot, for an answer or for the end of a rest. */
  boolean busy;

  /** Of the first group, the one under way and probes included. */
  int attempts;

  /** When the first attempt of the first group began, in milliseconds since the epoch. */
  long firstAttemptAt;

  /** How often the first group's connection was lost; null = never. */
  Loss loss;

  /** Whether the loss is new, and nothing is known of the server since. */
  boolean inDoubt;

  private final Backlog backlog;
  private final Deque<Group> groups = new ArrayDeque<>();

  /** Of the newest attempt; null if there was none. */
  private CompletableFuture<Answer> answer;

  Lane(String name, Backlog backlog) {
    this.name = name;
    this.backlog = backlog;
  }

  void add(List<Group> more) {
    more.forEach(backlog::add);
    groups.addAll(more);
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  Group first() {
    return groups.element();
  }

  /**
   * Makes so many mutations of the first group the first group. What the whole suffered says
   * nothing of the part.
   */
  void cut(int count) {
    Group whole = groups.element();
    if (count < whole.size()) {
      loss = null;
      replaceFirst(whole.first(count), whole.after(count));
    }
  }

  /** Makes two groups of the first, which has more than one mutation. */
  void halve() {
    cut((first().size() + 1) / 2);
    startOver();
  }

  /** The first group is done with. */
  void advance() {
    backlog.remove(groups.remove());
    startOver();
  }

  /** Notes that an attempt for the first group has begun. */
  void attempt(long now, CompletableFuture<Answer> answer) {
    this.answer = answer;
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

  /** Stops waiting for the answer. */
  void giveUp() {
    if (answer != null) {
      answer.cancel(true);
    }
  }

  private void startOver() {
    attempts = 0;
    loss = null;
    inDoubt = false;
  }

  private void replaceFirst(Group part, Group rest) {
    backlog.remove(groups.remove());
    groups.addFirst(rest);
    groups.addFirst(part);
    backlog.add(part);
    backlog.add(rest);
  }
}
