package io.chromasync.snapshot;

import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.snapshot.Refusal.Reason;
import io.chromasync.snapshot.TablePage.TableRow;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The reading of one image's partition, page by page, as of when it began. An image without items
 * gives a snapshot without items: all of it is gone.
 *
 * <p>Used by one thread after the other.
 */
final class PartitionQuery {

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
   * How partitions are read.
   *
   * @param budget an attempt begins earlier than this after its first failure
   */
  record Rules(Duration margin, Duration budget, Persistence persistence, InstantSource clock) {}

  PartitionQuery(TableReader table, Rules rules, SnapshotMetrics metrics, SnapshotRequest request) {
    this.table = table;
    this.rules = rules;
    this.metrics = metrics;
    this.request = request;
    this.begun = rules.clock().instant();
  }

  /** Reads it; fails when the budget is spent or the partition cannot be held whole. */
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
        .query(request.image(), after)
        .exceptionallyCompose(error -> again(after, Refusal.of(error)));
  }

  private CompletableFuture<TablePage> again(ItemKey after, Refusal refusal) {
    failures++;
    Instant now = rules.clock().instant();
    firstFailure = failures == 1 ? now : firstFailure;
    Duration pause = rules.persistence().pause(failures);
    boolean spent = Duration.between(firstFailure, now).plus(pause).compareTo(rules.budget()) >= 0;
    if (refusal.cause() instanceof SnapshotFailure failure) {
      return CompletableFuture.failedFuture(failure);
    }
    if (refusal.reason() == Reason.FINAL || spent) {
      return CompletableFuture.failedFuture(failure(refusal));
    }
    boolean throttled = refusal.reason() == Reason.THROTTLED;
    (throttled ? metrics.requestsThrottled() : metrics.requestsRetried()).inc();
    return later(pause, () -> page(after));
  }

  private IOException failure(Refusal refusal) {
    return new IOException(
        ("The partition of image %s in table %s cannot be read (attempt %s, %s, within"
                + " 'snapshot.retry-budget' %s): %s; check 'snapshot.table', and that the job's role"
                + " has dynamodb:Query on it")
            .formatted(
                request.image(),
                table.table(),
                failures,
                refusal.reason(),
                rules.budget(),
                refusal.detail()),
        refusal.cause());
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
      PartitionGroups.checkText(request.image(), items.size(), text);
    } catch (SnapshotFailure e) {
      throw new CompletionException(e);
    }
  }

  private TableSnapshot snapshot() {
    metrics.snapshotsEmitted().inc();
    return new TableSnapshot(
        request.image(),
        AsOf.version(AsOf.micros(begun, rules.margin())),
        Extent.PARTITION,
        List.copyOf(items),
        List.of(),
        request.repair(),
        "table " + table.table(),
        request.runs());
  }

  private static <T> CompletableFuture<T> later(
      Duration pause, Supplier<CompletableFuture<T>> call) {
    Executor after = CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS);
    return CompletableFuture.runAsync(() -> {}, after).thenCompose(nothing -> call.get());
  }
}
