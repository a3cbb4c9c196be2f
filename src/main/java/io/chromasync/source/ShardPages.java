package io.chromasync.source;

import io.chromasync.runtime.Signals.Signal;
import io.chromasync.source.lineage.Gap;
import io.chromasync.source.lineage.GapPolicy;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.ShardStep;
import io.chromasync.source.lineage.StreamResponse;
import io.chromasync.source.lineage.StreamResponse.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
 * <p>A page is held until {@link #fetch} returns it, and its shard is not polled until then.
 * Therefore at most {@link ShardCalls#CONCURRENCY} pages are in memory. A smaller number of slow
 * shards delays no other shard; with as many slow shards, the rest wait until the client times out
 * those calls.
 *
 * <p>{@link #fetch} blocks until a page with records arrives, a shard ends, reading fails, or
 * {@link #wakeUp} is called. Empty pages are not returned, because every result wakes the task's
 * thread.
 *
 * <p>The fetcher thread calls all methods except {@link #wakeUp}.
 */
final class ShardPages implements SplitReader<ShardStep, ShardSplit> {

  private static final Logger LOG = LoggerFactory.getLogger(ShardPages.class);

  private final ReadingRules rules;
  private final SourceMetrics metrics;
  private final GapPolicy gaps;
  private final RandomGenerator random = new Random();
  private final Map<String, ShardCursor> cursors = new HashMap<>();
  private final ShardCalls calls;

  ShardPages(ShardStream.Factory streams, ReadingRules rules, SourceMetrics metrics) {
    this.rules = rules;
    this.metrics = metrics;
    this.gaps = new GapPolicy(rules.onGap(), metrics.gaps());
    this.calls = new ShardCalls(streams, rules.clock(), metrics);
  }

  @Override
  public RecordsWithSplitIds<ShardStep> fetch() throws IOException {
    while (true) {
      Signal<ShardCursor, StreamResponse> response = calls.next();
      if (response.isWakeUp()) {
        return ShardFetch.NOTHING;
      }
      ShardFetch fetch = handle(response.cursor(), response.answer());
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
      calls.add(cursor);
      metrics.lag().opened(cursor.id(), split.position());
    }
  }

  /**
   * Pauses or resumes calls; calls in flight still complete. Splits of shards that have ended are
   * ignored.
   */
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
        calls.add(cursor);
      }
    }
  }

  @Override
  public void wakeUp() {
    calls.wakeUp();
  }

  @Override
  public void close() {
    calls.close();
  }

  /** Returns the fetch to emit, or null if there is none. */
  private ShardFetch handle(ShardCursor cursor, StreamResponse answer) throws IOException {
    if (answer instanceof StreamResponse.ShardIterator iterator) {
      cursor.moveTo(iterator.value());
      calls.add(cursor);
      return null;
    }
    if (answer instanceof StreamResponse.Page page) {
      return handle(cursor, page);
    }
    return handle(cursor, (StreamResponse.Refused) answer);
  }

  private ShardFetch handle(ShardCursor cursor, StreamResponse.Page page) {
    List<ShardStep> steps = new ArrayList<>();
    boolean unreported = cursor.position().isStart() || !calls.limits(cursor).refusesTrimmed();
    if (unreported && isGap(cursor)) {
      steps.add(skipGap(cursor, retainedSince(cursor)));
    }
    steps.addAll(cursor.read(page));
    if (page.endsShard()) {
      close(cursor);
      return ShardFetch.last(cursor.id(), steps);
    }
    Duration wanted = rules.pace().afterPage(page, rules.clock().instant());
    Duration least = calls.limits(cursor).betweenPages();
    calls.add(cursor, cursor.restAfterPage(wanted, least, System.nanoTime()));
    return steps.isEmpty() ? null : ShardFetch.of(cursor.id(), steps);
  }

  private ShardFetch handle(ShardCursor cursor, StreamResponse.Refused refused) throws IOException {
    switch (refused.reason()) {
      case EXPIRED -> {
        metrics.iteratorsRenewed().inc();
        cursor.dropIterator();
        tryAgain(cursor, refused);
      }
      case TRIMMED -> {
        List<ShardStep> steps =
            isGap(cursor) ? List.of(skipGap(cursor, retainedSince(cursor))) : List.of();
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
        calls.add(cursor, rules.pace().afterThrottled(attempt, cursor.interval(), random));
      }
      case UNAVAILABLE, FATAL -> tryAgain(cursor, refused);
    }
    return null;
  }

  /** Handles a shard that no longer exists, after enough {@code GONE} responses. */
  private ShardFetch vanished(ShardCursor cursor) {
    boolean gap = cursor.position().guaranteed() || isGap(cursor);
    Instant to = isGap(cursor) ? retainedSince(cursor) : cursor.asked();
    List<ShardStep> steps = gap ? List.of(skipGap(cursor, to)) : List.of();
    if (!gap) {
      LOG.info("Shard was trimmed before it was read: shard={}", cursor.id());
    }
    close(cursor);
    return ShardFetch.last(cursor.id(), steps);
  }

  /**
   * Returns whether unread records may be trimmed. An iterator at the oldest record is never
   * rejected for that, so only time decides.
   */
  private boolean isGap(ShardCursor cursor) {
    return cursor.position().isOlderThan(retainedSince(cursor));
  }

  /** Returns the start of the retention window: records created earlier may be trimmed. */
  private Instant retainedSince(ShardCursor cursor) {
    return calls.limits(cursor).retainedSince(cursor.asked());
  }

  /** Reports a gap and returns the step past it; throws if gaps fail the job. */
  private ShardStep skipGap(ShardCursor cursor, Instant to) {
    Gap gap = Gap.inShard(cursor.split(), cursor.position(), to);
    gaps.found(gap);
    return cursor.skip(gap);
  }

  private void tryAgain(ShardCursor cursor, StreamResponse.Refused refused) throws IOException {
    int attempt = cursor.countError();
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
    Duration pause = first ? Duration.ZERO : rules.pace().backoff().delay(attempt, random);
    LOG.debug("Retrying: shard={} reason={} pause={}", cursor.id(), refused.reason(), pause);
    calls.add(cursor, pause);
  }

  private void close(ShardCursor cursor) {
    cursors.remove(cursor.id());
    metrics.lag().closed(cursor.id());
  }
}
