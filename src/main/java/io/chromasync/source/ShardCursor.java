package io.chromasync.source;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

/**
 * Where the fetching of one shard is: ahead of its split's state by the pages that were fetched and
 * not emitted yet.
 *
 * <p>Used by the fetching thread.
 */
final class ShardCursor {

  /** DynamoDB may answer empty pages on the way through a shard; so many in a row are its tip. */
  private static final int TIP = 8;

  /** How often a shard must be denied to be believed gone. */
  private static final int GONE = 4;

  /** How much further a shard is read at its tip before its split's state learns of it. */
  private static final Duration TOLD = Duration.ofMinutes(1);

  private final ShardSplit split;
  private Position position;
  private String iterator;
  private long iteratorNanos;
  private final CallRate rate = new CallRate();
  private Instant asked;
  private long askedNanos;
  private long toldMillis;
  private int refusals;
  private int throttled;
  private int gone;
  private int emptyPages;
  private boolean paused;
  private boolean parked;

  ShardCursor(ShardSplit split) {
    this.split = split;
    this.position = split.position();
    this.toldMillis = position.readToMillis();
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

  /** A call is made: what its answer says is true of this moment. */
  void asked(Instant now, long nanos) {
    asked = now;
    askedNanos = nanos;
  }

  Instant asked() {
    return asked;
  }

  /**
   * Moves on by a page and returns its steps. Where the shard is at its tip, its split's state
   * learns once a minute how far it is read.
   */
  List<ShardStep> read(Answer.Page page) {
    refusals = 0;
    throttled = 0;
    gone = 0;
    moveTo(page.next());
    emptyPages = page.records().isEmpty() ? emptyPages + 1 : 0;
    if (!page.records().isEmpty()) {
      page.records().forEach(record -> position = position.after(record));
      toldMillis = position.readToMillis();
      return List.copyOf(page.records());
    }
    boolean atTip = page.millisBehind() == null ? emptyPages >= TIP : page.millisBehind() == 0;
    if (!atTip) {
      return List.of();
    }
    position = position.readTo(asked.toEpochMilli());
    boolean tells = position.readToMillis() - toldMillis >= TOLD.toMillis();
    return tells ? List.of(moved()) : List.of();
  }

  /** Goes on at the oldest record there is, as nothing unread was dropped. */
  void restart() {
    position = position.oldest();
    iterator = null;
  }

  /** Goes on at the oldest record there is, after a gap that is skipped. */
  ShardStep skip(Gap gap) {
    position = position.skipped(asked);
    toldMillis = position.readToMillis();
    return new ShardStep.Skipped(position, gap);
  }

  /**
   * How long the shard rests after a page that it gave.
   *
   * @param wanted the time from the last call to the next, if nothing forbids; zero = none
   * @param least the time that the API demands
   * @param nanos now
   */
  Duration restAfterPage(Duration wanted, Duration least, long nanos) {
    rate.answered(askedNanos, wanted.isZero());
    Duration apart = Collections.max(List.of(wanted, least, rate.interval()));
    Duration rest = apart.minusNanos(nanos - askedNanos);
    return rest.isNegative() ? Duration.ZERO : rest;
  }

  /** The least time between two calls, as far as refusals tell. */
  Duration interval() {
    return rate.interval();
  }

  private ShardStep moved() {
    toldMillis = position.readToMillis();
    return new ShardStep.Moved(position);
  }

  void dropIterator() {
    iterator = null;
  }

  /** Returns how many refusals came in a row, but for throttling, which uses up no attempts. */
  int countRefusal() {
    return ++refusals;
  }

  /** Returns how often in a row the shard was throttled. */
  int countThrottled() {
    if (++throttled == 1 && iterator != null) {
      rate.refused(askedNanos);
    }
    return throttled;
  }

  /** Whether it was said often enough that the shard is not there; one answer may be a mistake. */
  boolean isGoneAtLast() {
    return ++gone >= GONE;
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
