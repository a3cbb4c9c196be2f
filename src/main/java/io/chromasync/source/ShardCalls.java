package io.chromasync.source;

import io.chromasync.runtime.Signals;
import io.chromasync.runtime.Signals.Signal;
import io.chromasync.source.lineage.StreamResponse;
import io.chromasync.source.lineage.StreamResponse.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Calls for the iterators and pages of many shards. Each shard has at most one call in flight, and
 * all shards together at most {@link #CONCURRENCY}.
 *
 * <p>The fetcher thread calls all methods except {@link #wakeUp}; responses arrive from any thread.
 */
final class ShardCalls implements AutoCloseable {

  /**
   * Maximum number of calls in flight. A page of DynamoDB has at most 1 MB on the wire, a page of
   * Kinesis mostly 2 MB.
   */
  static final int CONCURRENCY = 16;

  private final ShardStream.Factory streams;
  private final InstantSource clock;
  private final SourceMetrics metrics;
  private final Signals<ShardCursor, StreamResponse> signals = new Signals<>();
  private final Map<String, ShardStream> open = new HashMap<>();
  private final Deque<ShardCursor> due = new ArrayDeque<>();
  private int inFlight;

  ShardCalls(ShardStream.Factory streams, InstantSource clock, SourceMetrics metrics) {
    this.streams = streams;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Makes a shard due: its next call is made as soon as there is room. */
  void add(ShardCursor cursor) {
    due.add(cursor);
  }

  /** Makes a shard due after a pause. */
  void add(ShardCursor cursor, Duration pause) {
    signals.pause(pause, cursor);
  }

  /**
   * Makes the calls that are due, and waits for a response or a wake-up.
   *
   * @throws IOException if the thread is interrupted
   */
  Signal<ShardCursor, StreamResponse> next() throws IOException {
    while (true) {
      callDue();
      Signal<ShardCursor, StreamResponse> signal = signals.next();
      if (signal.isWakeUp()) {
        return signal;
      }
      if (signal.answer() != null) {
        inFlight--;
        return signal;
      }
      due.add(signal.cursor());
    }
  }

  /** Ends the wait of {@link #next}. */
  void wakeUp() {
    signals.wakeUp();
  }

  /** Returns the limits of the cursor's stream. */
  ShardStream.Limits limits(ShardCursor cursor) {
    return streamOf(cursor).limits();
  }

  @Override
  public void close() {
    open.values().forEach(ShardStream::close);
  }

  /**
   * Returns the client of the cursor's stream. After a change of stream, the rest of the old stream
   * is read first, with its own client.
   */
  private ShardStream streamOf(ShardCursor cursor) {
    return open.computeIfAbsent(cursor.split().stream(), streams::open);
  }

  private void callDue() {
    while (inFlight < CONCURRENCY && !due.isEmpty()) {
      ShardCursor cursor = due.poll();
      if (!cursor.parksIfPaused()) {
        call(cursor);
      }
    }
  }

  private void call(ShardCursor cursor) {
    ShardStream stream = streamOf(cursor);
    if (cursor.dropsIteratorOlderThan(stream.limits().iteratorLife())) {
      metrics.iteratorsRenewed().inc();
    }
    inFlight++;
    Instant now = clock.instant();
    cursor.asked(now, System.nanoTime());
    CompletableFuture<StreamResponse> call =
        cursor.iterator() == null
            ? stream.iterator(cursor.id(), cursor.position())
            : stream.page(cursor.id(), cursor.iterator());
    var unused =
        call.whenComplete(
            (response, error) -> {
              measureLag(cursor.id(), response, now);
              answered(cursor, response, error);
            });
  }

  private void measureLag(String shard, StreamResponse response, Instant asked) {
    if (response instanceof StreamResponse.Page page) {
      metrics.lag().read(shard, page, asked);
    }
  }

  private void answered(ShardCursor cursor, StreamResponse response, Throwable error) {
    boolean broke = error != null;
    signals.answered(
        cursor,
        broke ? new StreamResponse.Refused(Reason.FATAL, error.toString(), error) : response);
  }
}
