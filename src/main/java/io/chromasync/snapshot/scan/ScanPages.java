package io.chromasync.snapshot.scan;

import io.chromasync.runtime.RetryPolicy;
import io.chromasync.runtime.Signals;
import io.chromasync.runtime.Signals.Signal;
import io.chromasync.snapshot.SnapshotFailure;
import io.chromasync.snapshot.SnapshotMetrics;
import io.chromasync.snapshot.SnapshotSplit.Segment;
import io.chromasync.snapshot.SnapshotStep;
import io.chromasync.snapshot.TableError;
import io.chromasync.snapshot.TablePage;
import io.chromasync.snapshot.TableReader;
import io.chromasync.snapshot.TableResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the pages of several segments concurrently with one thread. Every segment has at most one
 * page in flight or queued here. This bounds the pages in memory, in addition to the partitions
 * they belong to.
 *
 * <p>All methods except the wake-ups are called by the reading thread; responses arrive on any
 * thread.
 */
public final class ScanPages {

  private static final Logger LOG = LoggerFactory.getLogger(ScanPages.class);

  private final TableReader table;
  private final Duration margin;
  private final ReadBudget budget;
  private final RetryPolicy retries;
  private final InstantSource clock;
  private final SnapshotMetrics metrics;
  private final Signals<SegmentCursor, TableResponse> signals = new Signals<>();

  /**
   * @param table closed by its owner; null if there are no segments
   */
  public ScanPages(TableReader table, Reading reading, ReadBudget budget, SnapshotMetrics metrics) {
    this.table = table;
    this.margin = reading.margin();
    this.retries = reading.retries();
    this.clock = reading.clock();
    this.budget = budget;
    this.metrics = metrics;
  }

  /** Settings of page requests. */
  public record Reading(Duration margin, RetryPolicy retries, InstantSource clock) {}

  /** Starts to read a segment after its position. */
  public void add(Segment segment) {
    ask(new SegmentCursor(segment, table.layout(), margin, "table " + table.table()));
  }

  /** Returns the next steps; blocks until there are steps, or until a wake-up. */
  public RecordsWithSplitIds<SnapshotStep> fetch() throws IOException {
    while (true) {
      Signal<SegmentCursor, TableResponse> signal = signals.next();
      if (signal.isWakeUp()) {
        return new RecordsBySplits.Builder<SnapshotStep>().build();
      }
      SegmentCursor cursor = signal.cursor();
      if (signal.answer() == null) {
        ask(cursor);
      } else if (signal.answer() instanceof TableError error) {
        tryAgain(cursor, error);
      } else if (signal.answer() instanceof TablePage page) {
        RecordsWithSplitIds<SnapshotStep> steps = take(cursor, page);
        if (steps != null) {
          return steps;
        }
      }
    }
  }

  /** Makes {@link #fetch} return without steps, now or in its next call. Thread-safe. */
  public void wakeUp() {
    signals.wakeUp();
  }

  /** Acts like {@link #wakeUp}, but after a pause. Thread-safe. */
  public void wakeUpAfter(Duration pause) {
    signals.wakeUpAfter(pause);
  }

  private void ask(SegmentCursor cursor) {
    Duration pause = budget.pause(System.nanoTime());
    if (!pause.isZero()) {
      signals.pause(pause, cursor);
      return;
    }
    CompletableFuture<TablePage> call = cursor.ask(table, budget.limit(), clock.instant());
    var unused =
        call.whenComplete(
            (page, error) -> signals.answered(cursor, error == null ? page : TableError.of(error)));
  }

  /** Processes a page; returns null if there is nothing to emit. */
  private RecordsWithSplitIds<SnapshotStep> take(SegmentCursor cursor, TablePage page) {
    budget.spent(page.units(), page.rows().size(), System.nanoTime());
    metrics.readUnits().add(page.units());
    metrics.itemsRead().inc(page.rows().size());
    List<SnapshotStep> steps = cursor.take(page);
    metrics.itemsPassedOver().inc(cursor.takePassedOver());
    boolean last = cursor.isRead();
    if (last) {
      LOG.debug("Segment read: {}", cursor.split().splitId());
    } else {
      ask(cursor);
    }
    if (steps.isEmpty() && !last) {
      return null;
    }
    RecordsBySplits.Builder<SnapshotStep> records = new RecordsBySplits.Builder<>();
    records.addAll(cursor.split().splitId(), steps);
    if (last) {
      records.addFinishedSplit(cursor.split().splitId());
    }
    return records.build();
  }

  private void tryAgain(SegmentCursor cursor, TableError error) throws IOException {
    if (error.cause() instanceof SnapshotFailure failure) {
      throw failure;
    }
    cursor.failed(error);
    if (error.isLast(retries, cursor.transientErrors())) {
      throw new IOException(
          ("Segment %s of %s of table %s cannot be read (attempt %s, %s): %s; check 'snapshot.table',"
                  + " and that the job's role has dynamodb:Scan and dynamodb:Query on it")
              .formatted(
                  cursor.split().index(),
                  cursor.split().total(),
                  table.table(),
                  cursor.errors(),
                  error.kind(),
                  error.detail()),
          error.cause());
    }
    boolean throttled = error.isThrottled();
    (throttled ? metrics.requestsThrottled() : metrics.requestsRetried()).inc();
    Duration pause = retries.delay(cursor.errors(), ThreadLocalRandom.current());
    LOG.debug("Retrying: split={} pause={}", cursor.split().splitId(), pause, error.cause());
    signals.pause(pause, cursor);
  }
}
