package io.chromasync.snapshot.export;

import io.chromasync.model.SnapshotPart;
import io.chromasync.model.TableLayout;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.snapshot.AsOf;
import io.chromasync.snapshot.SnapshotFailure;
import io.chromasync.snapshot.SnapshotMetrics;
import io.chromasync.snapshot.SnapshotSplit.ExportFile;
import io.chromasync.snapshot.SnapshotStep;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads data files of exports consecutively. After a broken connection or a restore, a file is
 * opened again and the lines already emitted are skipped. So the checksum always covers the whole
 * file.
 *
 * <p>For one thread.
 */
public final class ExportLines {

  private static final Logger LOG = LoggerFactory.getLogger(ExportLines.class);

  /**
   * Approximate number of lines and characters of one fetch, and maximum number of lines of one
   * step.
   */
  private static final int LINES = 2000;

  private static final long TEXT = 1L << 20;
  private static final int ITEMS = 500;

  private static final Duration LONG = Duration.ofMinutes(10);

  private final ObjectStore store;
  private final TableLayout layout;
  private final RetryPolicy retries;
  private final SnapshotMetrics metrics;
  private final Deque<ExportFile> files = new ArrayDeque<>();
  private ExportObject open;
  private ExportItem ahead;
  private long text;
  private int failures;
  private long dueNanos;

  /**
   * @param store closed by its owner; null if there are no files
   */
  public ExportLines(
      ObjectStore store, TableLayout layout, RetryPolicy retries, SnapshotMetrics metrics) {
    this.store = store;
    this.layout = layout;
    this.retries = retries;
    this.metrics = metrics;
  }

  /** Queues a file; it is read from its position, after the files queued before. */
  public void add(ExportFile file) {
    files.add(file);
  }

  /** Returns the next steps; null if there is nothing to read, or not yet. */
  public RecordsWithSplitIds<SnapshotStep> fetch() throws IOException {
    if (files.isEmpty() || dueNanos - System.nanoTime() > 0) {
      return null;
    }
    try {
      return read(files.peek());
    } catch (IOException e) {
      tryAgain(e);
      return null;
    }
  }

  /** Duration for which {@link #fetch} will return nothing, unless files are added. */
  public Duration pause() {
    return files.isEmpty() ? LONG : Duration.ofNanos(Math.max(0, dueNanos - System.nanoTime()));
  }

  /** Closes the file that is being read, if any. The store stays open. */
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  private RecordsWithSplitIds<SnapshotStep> read(ExportFile file) throws IOException {
    if (open == null) {
      open(file);
    }
    RecordsBySplits.Builder<SnapshotStep> records = new RecordsBySplits.Builder<>();
    ExportFile reached = file;
    text = 0;
    while (ahead != null && text < TEXT && reached.lines() - file.lines() < LINES) {
      SnapshotStep step = step(reached);
      reached = (ExportFile) step.reached();
      records.add(file.splitId(), step);
    }
    failures = 0;
    files.poll();
    if (ahead == null) {
      records.addFinishedSplit(file.splitId());
      close();
    } else {
      files.addFirst(reached);
    }
    return records.build();
  }

  private void open(ExportFile file) throws IOException {
    InputStream content = store.open(file.bucket(), file.key());
    if (content == null) {
      throw new SnapshotFailure(
          "There is no %s, which the manifest of its export lists; export again"
              .formatted(file.uri()));
    }
    open = new ExportObject(file, content);
    while (open.items() < file.lines()) {
      if (open.next() == null) {
        throw new SnapshotFailure(
            "%s has fewer lines than before; it was overwritten while it was read"
                .formatted(file.uri()));
      }
    }
    ahead = next(file);
  }

  /** Reads consecutive items of a partition that have the same timestamp. */
  private SnapshotStep step(ExportFile file) throws IOException {
    String partition = layout.partition(ahead.key().partitionKey());
    long asOf = asOf(file, ahead);
    List<String> items = new ArrayList<>();
    List<String> gone = new ArrayList<>();
    long lines = file.lines();
    do {
      if (ahead.json() == null) {
        gone.add(ahead.key().sortKey());
      } else {
        items.add(ahead.json());
        text += ahead.json().length();
      }
      lines++;
      String key = ahead.key().partitionKey();
      ahead = next(file);
      if (ahead == null || !ahead.key().partitionKey().equals(key)) {
        break;
      }
    } while (asOf(file, ahead) == asOf && lines - file.lines() < ITEMS && text < TEXT);
    metrics.itemsRead().inc(lines - file.lines());
    if (partition == null) {
      metrics.itemsPassedOver().inc(lines - file.lines());
      return new SnapshotStep(null, file.at(lines));
    }
    TableSnapshot snapshot =
        new TableSnapshot(
            partition, AsOf.version(asOf), Extent.ITEMS, items, gone, false, file.uri());
    return new SnapshotStep(SnapshotPart.of(snapshot), file.at(lines));
  }

  /**
   * Timestamp of an item in microseconds; in an incremental export, the second in which it was
   * written.
   */
  private static long asOf(ExportFile file, ExportItem item) {
    return file.asOfMicros() == null
        ? Math.floorDiv(item.writtenMicros(), 1_000_000L) * 1_000_000L
        : file.asOfMicros();
  }

  /** Returns the next item; null at the end. */
  private ExportItem next(ExportFile file) throws IOException {
    String line = open.next();
    if (line == null) {
      return null;
    }
    try {
      return ExportItem.read(line, file.asOfMicros() == null, layout.attributes());
    } catch (IllegalArgumentException e) {
      throw new SnapshotFailure(
          String.format(
              Locale.ROOT,
              "Line %,d of %s is no item of an export: %s",
              open.items(),
              file.uri(),
              e.getMessage()),
          e);
    }
  }

  private void tryAgain(IOException broken) throws IOException {
    close();
    ahead = null;
    failures++;
    if (retries.isExhausted(failures)) {
      throw new IOException(
          "%s cannot be read (attempt %s): %s"
              .formatted(files.peek().uri(), failures, broken.getMessage()),
          broken);
    }
    metrics.requestsRetried().inc();
    Duration pause = retries.delay(failures, ThreadLocalRandom.current());
    LOG.debug("Retrying: split={} pause={}", files.peek().splitId(), pause, broken);
    dueNanos = System.nanoTime() + pause.toNanos();
  }
}
