package io.chromasync.source;

import java.time.Duration;

/**
 * Where the fetching of one shard is: ahead of its split's state by the pages that were fetched and
 * not emitted yet.
 *
 * <p>Used by the fetching thread.
 */
final class ShardCursor {

  private final ShardSplit split;
  private Position position;
  private String iterator;
  private long iteratorNanos;
  private int refusals;
  private boolean paused;
  private boolean parked;

  ShardCursor(ShardSplit split) {
    this.split = split;
    this.position = split.position();
  }

  ShardSplit split() {
    return split;
  }

  String id() {
    return split.splitId();
  }

  Position position() {
    return position;
  }

  /** The iterator to read with, or null if there is none that is surely good. */
  String iterator() {
    return iterator;
  }

  boolean dropsIteratorOlderThan(Duration life) {
    boolean old = iterator != null && System.nanoTime() - iteratorNanos > life.toNanos();
    if (old) {
      iterator = null;
    }
    return old;
  }

  void moveTo(String newIterator) {
    iterator = newIterator;
    iteratorNanos = System.nanoTime();
  }

  void read(Answer.Page page) {
    refusals = 0;
    if (!page.records().isEmpty()) {
      position = position.after(page.records().get(page.records().size() - 1));
    }
    moveTo(page.next());
  }

  /** Goes on at the oldest record there is. */
  void restart() {
    position = position.oldest();
    iterator = null;
  }

  void dropIterator() {
    iterator = null;
  }

  int countRefusal() {
    return ++refusals;
  }

  void pause() {
    paused = true;
  }

  /** Returns whether the shard was due while it was paused. */
  boolean resume() {
    boolean due = parked;
    paused = false;
    parked = false;
    return due;
  }

  /** Returns whether the shard is paused, and remembers that it was due. */
  boolean parksIfPaused() {
    parked = paused;
    return paused;
  }
}
