package io.chromasync.snapshot.query;

import io.chromasync.model.ItemKey;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.snapshot.AsOf;
import io.chromasync.snapshot.SnapshotFailure;
import io.chromasync.snapshot.SnapshotMetrics;
import io.chromasync.snapshot.TableError;
import io.chromasync.snapshot.TablePage;
import io.chromasync.snapshot.TablePage.TableRow;
import io.chromasync.snapshot.TableReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Query of one partition, page by page, whose snapshot timestamp is its start. A partition without
 * items gives a snapshot without items: all its entities are deleted.
 *
 * <p>Used by one thread at a time.
 */
public final class PartitionQuery {

  private final TableReader table;
  private final Rules rules;
  private final SnapshotMetrics metrics;
  private final SnapshotRequest request;
  private final List<String> items = new ArrayList<>();
  private final Instant begun;
  private long text;
  private int failures;
  private Instant firstFailure;

  /**
   * Settings of partition queries.
   *
   * @param retries policy whose budget counts from the first failure
   */
  record Rules(Duration margin, RetryPolicy retries, InstantSource clock) {}

  PartitionQuery(TableReader table, Rules rules, SnapshotMetrics metrics, SnapshotRequest request) {
    this.table = table;
    this.rules = rules;
    this.metrics = metrics;
    this.request = request;
    this.begun = rules.clock().instant();
  }

  /** Reads the partition; fails if the budget is exhausted or the partition is too large. */
  CompletableFuture<TableSnapshot> read() {
    return pagesFrom(null).thenApply(nothing -> snapshot());
  }

  private CompletableFuture<Void> pagesFrom(ItemKey after) {
    return page(after)
        .thenCompose(
            page -> {
              take(page);
              return page.next() == null
                  ? CompletableFuture.completedFuture(null)
                  : pagesFrom(page.next());
            });
  }

  private CompletableFuture<TablePage> page(ItemKey after) {
    return table
        .query(request.partition(), after)
        .exceptionallyCompose(error -> again(after, TableError.of(error)));
  }

  private CompletableFuture<TablePage> again(ItemKey after, TableError error) {
    failures++;
    Instant now = rules.clock().instant();
    firstFailure = failures == 1 ? now : firstFailure;
    Duration pause = rules.retries().delay(failures, ThreadLocalRandom.current());
    boolean spent = !rules.retries().allows(Duration.between(firstFailure, now), pause);
    if (error.cause() instanceof SnapshotFailure failure) {
      return CompletableFuture.failedFuture(failure);
    }
    if (!error.kind().isRetried() || spent) {
      return CompletableFuture.failedFuture(failure(error));
    }
    boolean throttled = error.isThrottled();
    (throttled ? metrics.requestsThrottled() : metrics.requestsRetried()).inc();
    return RetryPolicy.later(pause, () -> page(after));
  }

  private IOException failure(TableError error) {
    return new IOException(
        ("Partition %s in table %s cannot be read (attempt %s, %s, within"
                + " 'snapshot.retry-budget' %s): %s; check 'snapshot.table', and that the job's role"
                + " has dynamodb:Query on it")
            .formatted(
                request.partition(),
                table.table(),
                failures,
                error.kind(),
                rules.retries().budget(),
                error.detail()),
        error.cause());
  }

  private void take(TablePage page) {
    failures = 0;
    metrics.readUnits().add(page.units());
    metrics.itemsRead().inc(page.rows().size());
    for (TableRow row : page.rows()) {
      items.add(row.json());
      text += row.json().length();
    }
    try {
      PartitionGroups.checkText(request.partition(), items.size(), text);
    } catch (SnapshotFailure e) {
      throw new CompletionException(e);
    }
  }

  private TableSnapshot snapshot() {
    metrics.snapshotsEmitted().inc();
    return new TableSnapshot(
        request.partition(),
        AsOf.version(AsOf.micros(begun, rules.margin())),
        Extent.PARTITION,
        List.copyOf(items),
        List.of(),
        request.repair(),
        "table " + table.table(),
        request.runs());
  }
}
