package io.chromasync.snapshot;

import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableSnapshot;
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
 * Reads the partitions of single images, consistently: those that are asked for become snapshots,
 * those that are read first first.
 */
public final class PartitionQueries extends RichAsyncFunction<SnapshotRequest, TableSnapshot> {

  private static final long serialVersionUID = 1;

  /** The budget of retries bounds the time, not Flink: a time-out would fail the job. */
  private static final long NO_TIMEOUT = 0;

  private final SnapshotSettings settings;
  private final List<String> attributes;
  private final Persistence persistence;
  private transient TableReader table;
  private transient PartitionQuery.Rules rules;
  private transient SnapshotMetrics metrics;

  PartitionQueries(
      SnapshotSettings settings, Collection<String> attributes, Persistence persistence) {
    this.settings = settings;
    this.attributes = List.copyOf(attributes);
    this.persistence = persistence;
  }

  /**
   * A snapshot of each image that is asked for. Each task reads as many at once as {@code
   * snapshot.concurrency} says; then the stream of requests waits.
   *
   * @param attributes names of those that items are read with
   * @param withoutEventTime of requests; must let other streams go on. Elements never pass a
   *     watermark in Flink's asynchronous operator, so one that is retried would hold up all later
   *     ones if there were any
   */
  public static SingleOutputStreamOperator<TableSnapshot> query(
      DataStream<SnapshotRequest> requests,
      SnapshotSettings settings,
      Collection<String> attributes,
      WatermarkStrategy<SnapshotRequest> withoutEventTime) {
    return query(
        requests,
        new PartitionQueries(settings, attributes, Persistence.STANDARD),
        withoutEventTime);
  }

  /** As above, with any function. */
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
            settings.margin(), settings.query().retryBudget(), persistence, InstantSource.system());
  }

  // What it completes with is told to the result.
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
