package io.chromasync.snapshot.query;

import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableSnapshot;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.snapshot.SnapshotMetrics;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.snapshot.TableReader;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Reads the partitions of single images, with consistent reads, and emits their snapshots in order
 * of completion.
 */
public final class PartitionQueries extends RichAsyncFunction<SnapshotRequest, TableSnapshot> {

  private static final long serialVersionUID = 1;

  /** The retry budget bounds the time instead of Flink: a time-out would fail the job. */
  private static final long NO_TIMEOUT = 0;

  private final SnapshotSettings settings;
  private final List<String> attributes;
  private final RetryPolicy retries;
  private transient TableReader table;
  private transient PartitionQuery.Rules rules;
  private transient SnapshotMetrics metrics;

  PartitionQueries(SnapshotSettings settings, Collection<String> attributes, RetryPolicy retries) {
    this.settings = settings;
    this.attributes = List.copyOf(attributes);
    this.retries = retries;
  }

  /**
   * Stream of snapshots of the requested images. Each task reads up to {@code snapshot.concurrency}
   * partitions at a time; beyond that it applies backpressure.
   *
   * @param attributes names of the attributes to read
   * @param withoutEventTime watermark strategy of requests; must not hold back the watermark of
   *     other streams. Elements never overtake a watermark in Flink's asynchronous operator, so
   *     with watermarks a request in retry would delay all later requests
   */
  public static SingleOutputStreamOperator<TableSnapshot> query(
      DataStream<SnapshotRequest> requests,
      SnapshotSettings settings,
      Collection<String> attributes,
      WatermarkStrategy<SnapshotRequest> withoutEventTime) {
    return query(
        requests,
        new PartitionQueries(settings, attributes, RetryPolicy.STANDARD),
        withoutEventTime);
  }

  /** Stream of snapshots, with a given function. */
  static SingleOutputStreamOperator<TableSnapshot> query(
      DataStream<SnapshotRequest> requests,
      PartitionQueries queries,
      WatermarkStrategy<SnapshotRequest> withoutEventTime) {
    return AsyncDataStream.unorderedWait(
            requests
                .assignTimestampsAndWatermarks(withoutEventTime)
                .name("snapshot-order")
                .uid("snapshot-order"),
            queries,
            NO_TIMEOUT,
            TimeUnit.MILLISECONDS,
            queries.settings.query().concurrency())
        .name("snapshot-query")
        .uid("snapshot-query");
  }

  @Override
  public void open(OpenContext context) {
    table = TableReader.open(settings.access(), settings.table(), attributes);
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
  public void asyncInvoke(SnapshotRequest request, ResultFuture<TableSnapshot> result) {
    new PartitionQuery(table, rules, metrics, request)
        .read()
        .whenComplete(
            (snapshot, error) -> {
              if (error == null) {
                result.complete(List.of(snapshot));
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
