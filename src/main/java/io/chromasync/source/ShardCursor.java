package io.chromasync.source;

import io.chromasync.source.lineage.Gap;
import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.ShardStep;
import io.chromasync.source.lineage.StreamResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Fetch position of one shard. It is ahead of the split's state by the pages that are fetched but
 * not yet emitted.
 *
 * <p>Used by the fetcher thread.
 */
final class ShardCursor {

  /**
   * Number of consecutive empty pages that count as the tip. DynamoDB may return empty pages in the
   * middle of a shard.
   */
  private static final int TIP = 8;

  /** Number of consecutive {@code GONE} responses after which a shard counts as deleted. */
  private static final int GONE = 4;

  /** Minimum progress at the tip between two updates of the split's state. */
  private static final Duration REPORT_INTERVAL = Duration.ofMinutes(1);

  /** Minimum time between two reports of the instant up to which the shard is read. */
  private static final Duration READ_TO_INTERVAL = Duration.ofSeconds(1);

  private final ShardSplit split;
  private Position position;
  private String iterator;
  private long iteratorNanos;
  private final CallRate rate = new CallRate();
  private Instant asked;
  private long askedNanos;
  private long reportedMillis;
  private Instant readToAsked;
  private int errors;
  private int throttled;
  private int gone;
  private int emptyPages;
  private boolean paused;
  private boolean parked;

  ShardCursor(ShardSplit split) {
    this.split = split;
    this.position = split.position();
    this.reportedMillis = position.readToMillis();
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

  /** Returns the iterator of the next page, or null if a new iterator is needed. */
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

  /** Records the start of a call: the response is valid for this instant. */
  void asked(Instant now, long nanos) {
    asked = now;
    askedNanos = nanos;
  }

  Instant asked() {
    return asked;
  }

  /**
   * Advances past a page and returns its steps. While the shard is at its tip, the split's state is
   * updated once a minute. Once a second, the last step is the instant up to which the shard is
   * read.
   */
  List<ShardStep> read(StreamResponse.Page page) {
    errors = 0;
    throttled = 0;
    gone = 0;
    moveTo(page.next());
    emptyPages = page.records().isEmpty() ? emptyPages + 1 : 0;
    if (!page.records().isEmpty()) {
      page.records().forEach(record -> position = position.after(record));
      reportedMillis = position.readToMillis();
      // More records may follow that were created in the same millisecond, or second.
      return withReadTo(page.records(), position.readToMillis() - 1);
    }
    boolean atTip = page.millisBehind() == null ? emptyPages >= TIP : page.millisBehind() == 0;
    if (!atTip) {
      return List.of();
    }
    position = position.readTo(asked.toEpochMilli());
    boolean reports = position.readToMillis() - reportedMillis >= REPORT_INTERVAL.toMillis();
    return withReadTo(reports ? List.of(moved()) : List.of(), asked.toEpochMilli());
  }

  private List<ShardStep> withReadTo(List<? extends ShardStep> steps, long millis) {
    if (readToAsked == null) {
      readToAsked = asked;
    }
    if (asked.isBefore(readToAsked.plus(READ_TO_INTERVAL))) {
      return List.copyOf(steps);
    }
    readToAsked = asked;
    List<ShardStep> all = new ArrayList<>(steps);
    all.add(new ShardStep.ReadTo(millis));
    return all;
  }

  /** Restarts at the oldest record, given that no unread record was trimmed. */
  void restart() {
    position = position.oldest();
    iterator = null;
  }

  /** Continues at the oldest record, after a gap that is skipped. */
  ShardStep skip(Gap gap) {
    position = position.skipped(asked);
    reportedMillis = position.readToMillis();
    return new ShardStep.Skipped(position, gap);
  }

  /**
   * Returns the pause of the shard after a page.
   *
   * @param wanted preferred time between the starts of two calls; zero = none
   * @param least minimum time that the API requires
   * @param nanos current time, on the scale of {@link System#nanoTime}
   */
  Duration restAfterPage(Duration wanted, Duration least, long nanos) {
    rate.answered(askedNanos, wanted.isZero());
    Duration apart = Collections.max(List.of(wanted, least, rate.interval()));
    Duration rest = apart.minusNanos(nanos - askedNanos);
    return rest.isNegative() ? Duration.ZERO : rest;
  }

  /** Returns the minimum time between two calls, as derived from throttled calls. */
  Duration interval() {
    return rate.interval();
  }

  private ShardStep moved() {
    reportedMillis = position.readToMillis();
    return new ShardStep.Moved(position);
  }

  void dropIterator() {
    iterator = null;
  }

  /**
   * Counts an error and returns the number of consecutive errors. Throttled calls are not included:
   * they use up no attempts.
   */
  int countError() {
    return ++errors;
  }

  /** Counts a throttled call and returns the number of consecutive throttled calls. */
  int countThrottled() {
    if (++throttled == 1 && iterator != null) {
      rate.throttled(askedNanos);
    }
    return throttled;
  }

  /**
   * Counts a {@code GONE} response and returns whether there are enough; a single response may be
   * wrong.
   */
  boolean isGoneAtLast() {
    return ++gone >= GONE;
  }

  void pause() {
    paused = true;
  }

  /** Resumes the shard and returns whether it became due while it was paused. */
  boolean resume() {
    boolean due = parked;
    paused = false;
    parked = false;
    return due;
  }

  /** Returns whether the shard is paused, and if so records that it is due. */
  boolean parksIfPaused() {
    parked = paused;
    return paused;
  }
}
