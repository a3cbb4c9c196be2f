package io.chromasync.source;

import io.chromasync.fetching.Signals;
import io.chromasync.fetching.Signals.Signal;
import io.chromasync.source.Answer.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the pages of many shards concurrently with one thread.
 *
 * <p>Every shard has at most one call under way, and all together at most {@link #CONCURRENCY}; a
 * page that has come is held until {@link #fetch} hands it on, and its shard rests until then. So
 * never more pages than that are in memory, and fewer slow shards than that keep no other waiting;
 * as many as that do, until the client gives up their calls.
 *
 * <p>{@link #fetch} blocks until there is a page with records, a shard ends, reading fails, or
 * {@link #wakeUp}: empty pages stay inside, because every result wakes the task thread.
 *
 * <p>All methods are called by the fetching thread but {@link #wakeUp}; answers arrive from
 * anywhere.
 */
final class ShardPages implements SplitReader<ShardStep, ShardSplit> {

  /** A page of DynamoDB holds at most 1 MB on the wire, one of Kinesis mostly 2 MB. */
  static final int CONCURRENCY = 16;

  private static final Logger LOG = LoggerFactory.getLogger(ShardPages.class);

  private final ShardStream.Factory streams;
  private final ReadingRules rules;
  private final SourceMetrics metrics;
  private final Gaps gaps;
  private final RandomGenerator random = new Random();
  private final Signals<ShardCursor, Answer> signals = new Signals<>();
  private final Map<String, ShardStream> open = new HashMap<>();
  private final Map<String, ShardCursor> cursors = new HashMap<>();
  private final Deque<ShardCursor> due = new ArrayDeque<>();
  private int underWay;

  ShardPages(ShardStream.Factory streams, ReadingRules rules, SourceMetrics metrics) {
    this.streams = streams;
    this.rules = rules;
    this.metrics = metrics;
    this.gaps = new Gaps(rules.onGap(), metrics.gaps());
  }

  @Override
  public RecordsWithSplitIds<ShardStep> fetch() throws IOException {
    while (true) {
      ask();
      Signal<ShardCursor, Answer> signal = signals.next();
      if (signal.isWakeUp()) {
        return ShardFetch.NOTHING;
      }
      if (signal.answer() == null) {
        due.add(signal.cursor());
        continue;
      }
      underWay--;
      ShardFetch fetch = handle(signal.cursor(), signal.answer());
      if (fetch != null) {
        return fetch;
      }
    }
  }

  @Override
  public void handleSplitsChanges(SplitsChange<ShardSplit> change) {
    if (!(change instanceof SplitsAddition)) {
      throw new UnsupportedOperationException("shards are only ever added, not " + change);
    }
    for (ShardSplit split : change.splits()) {
      ShardCursor cursor = new ShardCursor(split);
      cursors.put(cursor.id(), cursor);
      due.add(cursor);
      metrics.lag().opened(cursor.id(), split.position());
    }
  }

  /** Pausing stops further calls; what is under way still comes. An ended shard has no say. */
  @Override
  public void pauseOrResumeSplits(Collection<ShardSplit> toPause, Collection<ShardSplit> toResume) {
    for (ShardSplit split : toPause) {
      ShardCursor cursor = cursors.get(split.splitId());
      if (cursor != null) {
        cursor.pause();
      }
    }
    for (ShardSplit split : toResume) {
      ShardCursor cursor = cursors.get(split.splitId());
      if (cursor != null && cursor.resume()) {
        due.add(cursor);
      }
    }
  }

  @Override
  public void wakeUp() {
    signals.wakeUp();
  }

  @Override
  public void close() {
    open.values().forEach(ShardStream::close);
  }

  /** Mostly the same one; after a change of stream, the rest of the old one is read first. */
  private ShardStream streamOf(ShardCursor cursor) {
    return open.computeIfAbsent(cursor.split().stream(), streams::open);
  }

  private void ask() {
    while (underWay < CONCURRENCY && !due.isEmpty()) {
      ShardCursor cursor = due.poll();
      if (!cursor.parksIfPaused()) {
        ask(cursor);
      }
    }
  }

  private void ask(ShardCursor cursor) {
    ShardStream stream = streamOf(cursor);
    if (cursor.dropsIteratorOlderThan(stream.limits().iteratorLife())) {
      metrics.iteratorsRenewed().inc();
    }
    underWay++;
    Instant now = rules.clock().instant();
    cursor.asked(now, System.nanoTime());
    CompletableFuture<Answer> call =
        cursor.iterator() == null
            ? stream.iterator(cursor.id(), cursor.position())
            : stream.page(cursor.id(), cursor.iterator());
    var unused =
        call.whenComplete(
            (answer, error) -> {
              note(cursor.id(), answer, now);
              answered(cursor, answer, error);
            });
  }

  private void note(String shard, Answer answer, Instant asked) {
    if (answer instanceof Answer.Page page) {
      metrics.lag().read(shard, page, asked);
    }
  }

  private void answered(ShardCursor cursor, Answer answer, Throwable error) {
    boolean broke = error != null;
    signals.answered(
        cursor, broke ? new Answer.Refused(Reason.FATAL, error.toString(), error) : answer);
  }

  /** Returns what is to be handed on, or null if nothing is. */
  private ShardFetch handle(ShardCursor cursor, Answer answer) throws IOException {
    if (answer instanceof Answer.ShardIterator iterator) {
      cursor.moveTo(iterator.value());
      due.add(cursor);
      return null;
    }
    if (answer instanceof Answer.Page page) {
      return handle(cursor, page);
    }
    return handle(cursor, (Answer.Refused) answer);
  }

  private ShardFetch handle(ShardCursor cursor, Answer.Page page) {
    List<ShardStep> steps = new ArrayList<>();
    boolean untold = cursor.position().isStart() || !streamOf(cursor).limits().refusesTrimmed();
    if (untold && isGap(cursor)) {
      steps.add(skipGap(cursor, horizon(cursor)));
    }
    steps.addAll(cursor.read(page));
    if (page.endsShard()) {
      close(cursor);
      return ShardFetch.last(cursor.id(), steps);
    }
    Duration wanted = rules.pace().afterPage(page, rules.clock().instant());
    Duration least = streamOf(cursor).limits().betweenPages();
    signals.pause(cursor.restAfterPage(wanted, least, System.nanoTime()), cursor);
    return steps.isEmpty() ? null : ShardFetch.of(cursor.id(), steps);
  }

  private ShardFetch handle(ShardCursor cursor, Answer.Refused refused) throws IOException {
    switch (refused.reason()) {
      case EXPIRED -> {
        metrics.iteratorsRenewed().inc();
        cursor.dropIterator();
        tryAgain(cursor, refused);
      }
      case TRIMMED -> {
        List<ShardStep> steps =
            isGap(cursor) ? List.of(skipGap(cursor, horizon(cursor))) : List.of();
        cursor.restart();
        tryAgain(cursor, refused);
        return steps.isEmpty() ? null : ShardFetch.of(cursor.id(), steps);
      }
      case GONE -> {
        if (cursor.isGoneAtLast()) {
          return vanished(cursor);
        }
        tryAgain(cursor, refused);
      }
      case THROTTLED -> {
        metrics.requestsThrottled().inc();
        int attempt = cursor.countThrottled();
        signals.pause(rules.pace().afterThrottled(attempt, cursor.interval(), random), cursor);
      }
      case UNAVAILABLE, FATAL -> tryAgain(cursor, refused);
    }
    return null;
  }

  /** A shard is not there, however often it is asked for. */
  private ShardFetch vanished(ShardCursor cursor) {
    boolean gap = cursor.position().owed() || isGap(cursor);
    Instant to = isGap(cursor) ? horizon(cursor) : cursor.asked();
    List<ShardStep> steps = gap ? List.of(skipGap(cursor, to)) : List.of();
    if (!gap) {
      LOG.info("Shard was trimmed before it was read: shard={}", cursor.id());
    }
    close(cursor);
    return ShardFetch.last(cursor.id(), steps);
  }

  /**
   * Whether records that are owed may be trimmed. An iterator at the oldest record is never refused
   * for that, so only the time tells.
   */
  private boolean isGap(ShardCursor cursor) {
    return cursor.position().isOlderThan(horizon(cursor));
  }

  /** What was created earlier may be trimmed. */
  private Instant horizon(ShardCursor cursor) {
    return streamOf(cursor).limits().horizon(cursor.asked());
  }

  /** The step beyond a gap, if it is to be skipped. */
  private ShardStep skipGap(ShardCursor cursor, Instant to) {
    Gap gap = Gap.inShard(cursor.split(), cursor.position(), to);
    gaps.found(gap);
    return cursor.skip(gap);
  }

  private void tryAgain(ShardCursor cursor, Answer.Refused refused) throws IOException {
    int attempt = cursor.countRefusal();
    if (refused.reason() == Reason.FATAL || rules.pace().backoff().isExhausted(attempt)) {
      throw new IOException(
          "Shard %s of stream %s cannot be read (attempt %s, %s): %s"
              .formatted(
                  cursor.id(),
                  cursor.split().stream(),
                  attempt,
                  refused.reason(),
                  refused.detail()),
          refused.cause());
    }
    boolean first = refused.reason() == Reason.EXPIRED && attempt == 1;
    Duration pause = first ? Duration.ZERO : rules.pace().backoff().pause(attempt, random);
    LOG.debug("Trying again: shard={} reason={} pause={}", cursor.id(), refused.reason(), pause);
    signals.pause(pause, cursor);
  }

  private void close(ShardCursor cursor) {
    cursors.remove(cursor.id());
    metrics.lag().closed(cursor.id());
  }
}
