package io.chromasync.snapshot.query;

import io.chromasync.model.SnapshotPart;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableLayout;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.snapshot.SnapshotMetrics;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.snapshot.TableReader;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Reads single partitions, with consistent reads, and emits their snapshots in order of completion.
 */
public final class PartitionQueries extends RichAsyncFunction<SnapshotRequest, SnapshotPart> {

  private static final long serialVersionUID = 1;

  /** The retry budget bounds the time instead of Flink: a time-out would fail the job. */
  private static final long NO_TIMEOUT = 0;

  private final SnapshotSettings settings;
  private final TableLayout layout;
  private final RetryPolicy retries;
  private transient TableReader table;
  private transient PartitionQuery.Rules rules;
  private transient SnapshotMetrics metrics;

  PartitionQueries(SnapshotSettings settings, TableLayout layout, RetryPolicy retries) {
    this.settings = settings;
    this.layout = layout;
    this.retries = retries;
  }

  /**
   * Stream of snapshots of the requested partitions. Each task reads up to {@code
   * snapshot.concurrency} partitions at a time; beyond that it applies backpressure.
   *
   * <p>A watermark passes once all earlier requests are answered, in this attempt or restored, as
   * elements and watermarks never overtake each other in Flink's asynchronous operator. So a
   * request in retry delays all later snapshots of its task, by the retry budget at most.
   *
   * @param layout partitions of the table, and attributes to read
   */
  public static SingleOutputStreamOperator<SnapshotPart> query(
      DataStream<SnapshotRequest> requests, SnapshotSettings settings, TableLayout layout) {
    return query(requests, new PartitionQueries(settings, layout, RetryPolicy.STANDARD));
  }

  /** Stream of snapshots, with a given function. */
  static SingleOutputStreamOperator<SnapshotPart> query(
      DataStream<SnapshotRequest> requests, PartitionQueries queries) {
    return AsyncDataStream.unorderedWait(
            requests,
            queries,
            NO_TIMEOUT,
            TimeUnit.MILLISECONDS,
            queries.settings.query().concurrency())
        .name("snapshot-query")
        .uid("snapshot-query");
  }

  @Override
  public void open(OpenContext context) {
    table = TableReader.open(settings.access(), settings.table(), layout);
    metrics = SnapshotMetrics.register(getRuntimeContext().getMetricGroup());
    rules =
        new PartitionQuery.Rules(
            settings.margin(),
            retries.within(settings.query().retryBudget()),
            InstantSource.system());
  }

  // The completed future is not needed: its value goes to the result.
  @SuppressWarnings("FutureReturnValueIgnored")
  @Override
  public void asyncInvoke(SnapshotRequest request, ResultFuture<SnapshotPart> result) {
    new PartitionQuery(table, rules, metrics, request)
        .read()
        .whenComplete(
            (snapshot, error) -> {
              if (error == null) {
                result.complete(List.of(SnapshotPart.of(snapshot)));
              } else {
                result.completeExceptionally(
                    error instanceof CompletionException && error.getCause() != null
                        ? error.getCause()
                        : error);
              }
            });
  }

  @Override
  public void close() {
    if (table != null) {
      table.close();
    }
  }
}
