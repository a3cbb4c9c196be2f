package io.chromasync.chroma;

/**
 * How much all lanes of a writer hold that Chroma has not acknowledged. Owned by the task's thread.
 */
final class Backlog {

  /** A second or so of work, which is what a checkpoint then waits for. */
  static final int MAX_GROUPS = 32;

  static final long MAX_WEIGHT = 64L << 20;

  private int groups;
  private long weight;

  void add(Group group) {
    groups++;
    weight += group.weight();
  }

  void remove(Group group) {
    groups--;
    weight -= group.weight();
  }

  /** Whether nothing more may be taken. */
  boolean isFull() {
    return groups > MAX_GROUPS || weight > MAX_WEIGHT;
  }

  boolean isEmpty() {
    return groups == 0;
  }
}
